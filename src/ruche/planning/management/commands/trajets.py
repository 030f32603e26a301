"""`manage.py trajets`: ask a server of routes for every road of the rounds, and keep its answer."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ruche.accounts.actions import SYSTEM
from ruche.engines.rounds.distances import Roads
from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.journeys import Osrm, Valhalla
from ruche.french.numbers import counted
from ruche.planning.actions.roads import give_measured
from ruche.planning.refusals import Refused
from ruche.planning.roads import places_of_the_rounds

SERVERS: dict[str, type[Osrm | Valhalla]] = {"osrm": Osrm, "valhalla": Valhalla}


class Command(BaseCommand):
    help = "Demande à un calculateur d’itinéraires les trajets des tournées, et les garde."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("protocole", choices=SERVERS)
        parser.add_argument("adresse", help="« http://localhost:5000 » : un serveur à vous")
        parser.add_argument(
            "--garer",
            type=int,
            default=Roads().minutes_each,
            help="minutes ajoutées à chaque trajet, pour partir et se garer (%(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        places = [place for place in places_of_the_rounds() if place.point is not None]
        points = {place.key: place.point for place in places if place.point is not None}
        if len(points) < 2:
            raise CommandError("Les tournées n’ont pas encore deux lieux : rien à demander.")
        try:
            travel = SERVERS[options["protocole"]](options["adresse"]).travel(points)
            kept = give_measured(travel, parking=options["garer"], by=SYSTEM)
        except (BadTravel, Refused) as error:
            said = str(error)
            for place in places:
                said = said.replace(place.key, place.name)
            raise CommandError(said) from error
        if options["verbosity"]:
            self.stdout.write(
                f"{counted(kept, 'trajet gardé', 'trajets gardés')} ({travel.source})."
            )
