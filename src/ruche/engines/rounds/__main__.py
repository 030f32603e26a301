"""The month's rounds as a command: a problem in, a plan out, judged and measured.

python -m ruche.engines.rounds generate --sites 33 --workers 4 --seed 1 --out problem.json
python -m ruche.engines.rounds solve problem.json --out plan.json [--seconds N] [--nodes N]
python -m ruche.engines.rounds check problem.json plan.json
python -m ruche.engines.rounds explain problem.json plan.json
python -m ruche.engines.rounds bench [--many N]
python -m ruche.engines.rounds bench pvrp FILE --seconds N --out FILE.res
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ruche.engines.rounds.bench.command import bench_pvrp
from ruche.engines.rounds.check import check
from ruche.engines.rounds.errors import RoundsError
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.plan import Ended, Plan
from ruche.engines.rounds.problem import Problem
from ruche.engines.rounds.serialisation import (
    plan_from_json,
    plan_to_json,
    problem_from_json,
    problem_to_json,
)

LASTS = {
    Ended.PROOF: "prouvé",
    Ended.WORK: "arrêté par la limite de travail",
    Ended.TIME: "arrêté par le temps : un autre essai peut donner un autre plan",
    Ended.CALLER: "arrêté à la demande",
}


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Progress goes to the error stream, so that the output stays a clean file."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def clean_output() -> Iterator[None]:
    """HiGHS greets on the output of the process, below Python: its greeting goes elsewhere."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise RoundsError(f"Le fichier {path} ne peut pas être lu : vérifiez son chemin.") from None


def write(text: str, out: Path | None) -> None:
    """Into a file, whole or not at all; on the output without a file."""
    if out is None:
        sys.stdout.write(text)
        return
    draft = out.with_name(out.name + ".brouillon")
    draft.write_text(text, encoding="utf-8")
    draft.replace(out)


def run_generate(options: argparse.Namespace) -> int:
    shape = Shape(
        sites=options.sites, workers=options.workers, months=options.months, van=not options.no_van
    )
    write(problem_to_json(generate(options.seed, shape)), options.out)
    return 0


def run_solve(options: argparse.Namespace) -> int:
    from ruche.engines.rounds.solving import Limits, Progress, solve

    problem = problem_from_json(read(options.problem))
    seen: list[str] = []

    def watch(progress: Progress) -> bool:
        if not seen or seen[-1] != progress.criterion.value:
            seen.append(progress.criterion.value)
            tell(f"{progress.seconds:6.1f} s  {progress.criterion.value}")
        return True

    with clean_output():
        plan = solve(problem, Limits(seconds=options.seconds, nodes=options.nodes), watch)
    write(plan_to_json(plan), options.out)
    tell(summary(problem, plan))
    return 0


def summary(problem: Problem, plan: Plan) -> str:
    stages = ", ".join(
        f"{stage.criterion.value} {stage.value:g}"
        + ("" if stage.proved else f" (borne {stage.bound:g})")
        for stage in plan.stages
    )
    missing = sum(each.visits for each in plan.missing)
    return (
        f"{len(plan.assignments)} visites, {missing} manquantes, {plan.metres / 1000:.0f} km, "
        f"{LASTS[plan.ended]}. {stages}."
    )


def run_check(options: argparse.Namespace) -> int:
    """0 when every rule holds, 1 otherwise."""
    problem = problem_from_json(read(options.problem))
    violations = check(problem, plan_from_json(read(options.plan)))
    for violation in violations:
        say(f"{violation.rule} : {violation.text}")
    if not violations:
        say("Toutes les règles sont respectées.")
    return 1 if violations else 0


def run_explain(options: argparse.Namespace) -> int:
    from ruche.engines.rounds.explaining import reason_of

    problem = problem_from_json(read(options.problem))
    plan = plan_from_json(read(options.plan))
    for missing in plan.missing:
        with clean_output():
            reason = reason_of(problem, plan, missing)
        say(reason.text)
    if not plan.missing:
        say("Aucune visite ne manque.")
    return 0


def run_bench(options: argparse.Namespace) -> int:
    """One JSON line for each seed: seconds, stages, faults, and a month made by hand."""
    for seed in range(options.seed, options.seed + options.many):
        say(json.dumps(measured(seed, Shape(sites=options.sites, workers=options.workers))))
    return 0


def measured(seed: int, shape: Shape) -> dict[str, object]:
    from ruche.engines.rounds.naive import naive_plan
    from ruche.engines.rounds.solving import solve

    problem = generate(seed, shape)
    start = time.perf_counter()
    with clean_output():
        plan = solve(problem)
    seconds = time.perf_counter() - start
    by_hand = naive_plan(problem)
    return {
        "seed": seed,
        "seconds": round(seconds, 2),
        "proved": plan.proved,
        "faults": len(check(problem, plan)),
        "visits": len(plan.assignments),
        "visits_by_hand": len(by_hand.assignments),
        "kilometres": round(plan.metres / 1000),
        "kilometres_by_hand": round(by_hand.metres / 1000),
        "stages": {stage.criterion.value: stage.value for stage in plan.stages},
    }


def run_pvrp(options: argparse.Namespace) -> int:
    """A public instance of periodic routing: ours, two baselines, the `.res` file."""
    with clean_output():
        comparison = bench_pvrp(
            options.file,
            seconds=options.seconds,
            seed=options.seed,
            out=options.out,
            best_known=options.best_known,
        )
    say(comparison.line())
    return 0


# ---------------------------------------------------------------------------- options


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="python -m ruche.engines.rounds",
        description="Les tournées du mois : un problème, un plan prouvé, ses raisons.",
    )
    commands = root.add_subparsers(dest="command", required=True)
    one = _command(commands, "generate", "Inventer un mois à partir d'une graine", run_generate)
    _add_shape(one)
    one.add_argument("--months", type=_at_least_one, default=1, help="mois à la suite")
    one.add_argument("--no-van", action="store_true", help="sans camping-car ni marchés")
    one.add_argument("--out", type=Path, help="fichier à écrire ; sinon, la sortie")
    one = _command(commands, "solve", "Chercher le meilleur plan d'un mois", run_solve)
    one.add_argument("problem", type=Path, metavar="PROBLÈME")
    one.add_argument("--out", type=Path, help="fichier à écrire ; sinon, la sortie")
    one.add_argument("--seconds", type=float, help="temps au plus, en tout")
    one.add_argument(
        "--nodes", type=_at_least_one, help="nœuds au plus par critère (reproductible)"
    )
    one = _command(commands, "check", "Juger un plan sans le moteur qui l'a trouvé", run_check)
    _add_plan(one)
    one = _command(commands, "explain", "Dire pourquoi des visites manquent", run_explain)
    _add_plan(one)
    one = _command(commands, "bench", "Mesurer le moteur", run_bench)
    _add_shape(one)
    one.add_argument("--many", type=_at_least_one, default=3, help="mois à mesurer")
    tracks = one.add_subparsers(dest="track")
    one = _command(tracks, "pvrp", "Une instance publique de tournées périodiques", run_pvrp)
    one.add_argument("file", type=Path, metavar="FICHIER")
    one.add_argument("--seconds", type=float, default=60, help="temps de calcul")
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--best-known", type=float, help="meilleure valeur publiée")
    one.add_argument("--out", type=Path, help="fichier .res à écrire")
    return root


Run = Callable[[argparse.Namespace], int]


def _command(commands: Any, name: str, help_text: str, run: Run) -> argparse.ArgumentParser:
    found: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text
    )
    found.set_defaults(run=run)
    return found


def _add_shape(command: argparse.ArgumentParser) -> None:
    command.add_argument("--sites", type=_at_least_one, default=33)
    command.add_argument("--workers", type=_at_least_one, default=4)
    command.add_argument("--seed", type=int, default=1)


def _add_plan(command: argparse.ArgumentParser) -> None:
    command.add_argument("problem", type=Path, metavar="PROBLÈME")
    command.add_argument("plan", type=Path, metavar="PLAN")


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("il faut au moins 1")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a refusal is said in French on the error stream, with the exit code 2."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except RoundsError as error:
        tell(f"Erreur : {error}")
        return 2
    except BrokenPipeError:
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
