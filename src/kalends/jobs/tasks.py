"""The worker's background tasks. To add one, write its function and add a line to TASKS."""

from functools import partial

from kalends.actions.accounts.forget import forget_answers, forget_counts, forget_sessions
from kalends.actions.bookings import occurrences
from kalends.actions.bookings.lapse import forget_verifications, lapse_holds
from kalends.actions.messages.remind import follow_rule
from kalends.actions.prune import prune_due
from kalends.jobs.reminding import remind_due
from kalends.jobs.worker import RowTask, Task, attempt_next

OCCURRENCES = RowTask(occurrences.list_due, occurrences.make_due, occurrences.postpone)

TASKS = (
    Task("make_occurrence", partial(attempt_next, OCCURRENCES), at_once=2),
    Task("lapse_holds", lapse_holds),
    Task("remind", remind_due, every=5.0),
    Task("follow_reminder_rule", follow_rule, every=5.0),
    Task("forget_counts", forget_counts, every=600.0),
    Task("forget_sessions", forget_sessions, every=3600.0),
    Task("forget_answers", forget_answers, every=3600.0),
    Task("forget_verifications", forget_verifications, every=3600.0),
    Task("prune", prune_due, every=600.0),
)
