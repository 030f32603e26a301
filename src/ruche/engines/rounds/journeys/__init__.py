"""Where journeys come from when someone knows the roads: a file, or a server of routes.

`table` reads and writes a file that a coordinator can open; `osrm` and `valhalla` ask a server that
the network runs for itself. All give a `Travel` that says its source. These are the only files of
the engine that may use a network, and nothing else of the engine imports them.

Points are homes too: there is no public server by default, and no question leaves for another host
than the one that was named.
"""

from ruche.engines.rounds.journeys.asking import NoAnswer
from ruche.engines.rounds.journeys.osrm import Osrm
from ruche.engines.rounds.journeys.table import read_journeys, read_table, write_table
from ruche.engines.rounds.journeys.valhalla import Valhalla

__all__ = ["NoAnswer", "Osrm", "Valhalla", "read_journeys", "read_table", "write_table"]
