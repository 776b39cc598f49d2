"""The verbs of the command line about rules: what differs, which version a campaign applies, and its approval."""

from __future__ import annotations

from tracker.arguments import DONE, Arguments, act_of, actor_of, print_json
from tracker.services import running
from tracker.services.campaign_rules import RulebookMove, approve_rules, change_rulebook, compare_kept
from tracker.services.difference_words import answer_difference, difference_words
from tracker.text import say


def rulebook_diff(arguments: Arguments) -> int:
    """What differs between two kept versions."""
    difference = compare_kept(running.database(), arguments.before, arguments.after, actor_of(arguments))
    if arguments.json:
        print_json(answer_difference(difference, arguments.language))
    else:
        print(difference_words(difference, arguments.language))
    return DONE


def campaign_approve(arguments: Arguments) -> int:
    """Approve a campaign's rules."""
    approved = approve_rules(running.database(), arguments.code, arguments.rulebook, act_of(arguments))
    words = {"campaign": arguments.code, "rulebook": approved.rulebook, "name": approved.name}
    print(say(arguments.language, "cli.rules_approved", **words))
    return DONE


def campaign_move(arguments: Arguments) -> int:
    """Move a campaign to another version of its rulebook, and say what differs."""
    database, act = running.database(), act_of(arguments)
    move = RulebookMove(arguments.seen, arguments.wanted, arguments.reason)
    moved = change_rulebook(database, arguments.code, move, act)
    print(say(arguments.language, "cli.campaign_moved", campaign=moved.code, rulebook=moved.rulebook))
    print(difference_words(compare_kept(database, move.seen, moved.rulebook, act.actor), arguments.language))
    return DONE
