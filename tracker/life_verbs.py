"""The verbs of the command line about a period's life: its steps, its state, verification and the bundle."""

from __future__ import annotations

from pathlib import Path

from tracker.arguments import DONE, REFUSED, Arguments, act_of, actor_of, print_json, today_of
from tracker.core.problems import UsageError
from tracker.services import running
from tracker.services.bundles import make_bundle, write_bundle
from tracker.services.life import answer_step, approve_step, propose_step
from tracker.services.life_view import LifeView, view_life
from tracker.services.steps import Step, Where
from tracker.services.verifying import Verified, verify_period
from tracker.text import Language, say, say_problem


def step(arguments: Arguments) -> int:
    """Propose, approve, refuse or withdraw a step of a period's life."""
    where, taken = Where(arguments.campaign, arguments.period), Step(arguments.step)
    act, reason = act_of(arguments), arguments.reason or ""
    match arguments.done:
        case "propose":
            propose_step(running.database(), where, taken, act, reason)
        case "approve":
            approve_step(running.database(), where, taken, act)
        case _:
            answer_step(running.database(), where, act, reason)
    return show(arguments)


def show(arguments: Arguments) -> int:
    """Where a period stands, what waits and what blocks."""
    where = Where(arguments.campaign, arguments.period)
    view = view_life(running.database(), where, today_of(arguments), actor_of(arguments))
    if arguments.json:
        print_json(_answer(view, arguments.language))
        return DONE
    print("\n".join(_lines(view, arguments.language)))
    return DONE


def verify(arguments: Arguments) -> int:
    """Recompute every result of a period from what it keeps."""
    found = verify_period(running.database(), arguments.campaign, arguments.period, actor_of(arguments))
    for one in found:
        print(_verdict(one, arguments.language))
    return REFUSED if any(one.flaws for one in found) else DONE


def bundle(arguments: Arguments) -> int:
    """Write a period's result with its inputs and a verifier into a new folder."""
    files = make_bundle(running.database(), arguments.campaign, arguments.period, actor_of(arguments))
    folder: Path = arguments.out
    if folder.exists():
        raise UsageError("folder_exists", folder=str(folder))
    write_bundle(files, folder)
    print(say(arguments.language, "cli.bundled", folder=str(folder), n=len(files)))
    return DONE


def _lines(view: LifeView, language: Language) -> list[str]:
    state = say(language, f"word.state.{view.period.state}")
    lines = [say(language, "cli.period_state", period=view.period.code, state=state, revision=view.period.revision)]
    if view.current is not None:
        lines.append(say(language, "cli.period_inputs", digest=view.current.inputs_sha256))
    if view.newest is not None:
        lines.append(say(language, "cli.period_result", digest=view.newest.digests["results_sha256"]))
    if view.pending is not None:
        step_words = say(language, f"word.step.{view.pending.step.value}")
        lines.append(say(language, "cli.period_pending", step=step_words, actor=view.pending.actor))
    lines += [f"- {say_problem(language, blocker.problem)}" for blocker in view.blockers]
    return [*lines, say(language, "cli.audit_head", seq=view.head.seq, hash=view.head.hash)]


def _answer(view: LifeView, language: Language) -> dict[str, object]:
    pending = view.pending
    return {
        "campaign": view.campaign.code,
        "period": view.period.code,
        "state": view.period.state,
        "version": view.period.version,
        "revision": view.period.revision,
        "inputs_sha256": view.current.inputs_sha256 if view.current else None,
        "result": dict(view.newest.digests) if view.newest else None,
        "pending": {"step": pending.step.value, "by": pending.actor, "basis": pending.basis} if pending else None,
        "blockers": [{"code": blocker.code, "message": say_problem(language, blocker.problem)} for blocker in view.blockers],
        "audit_head": {"seq": view.head.seq, "hash": view.head.hash},
    }


def _verdict(one: Verified, language: Language) -> str:
    words = {"revision": one.frozen.revision, "stage": say(language, f"word.stage.{one.kept.stage}")}
    if not one.flaws:
        return say(language, "cli.verified", **words, digest=one.kept.digests["results_sha256"])
    said = "; ".join(f"{say(language, f'word.part.{flaw.part}')} ({flaw.row})" for flaw in one.flaws)
    return say(language, "cli.not_verified", **words, flaws=said)
