# What `due`, `explain`, `report` and the board say, in English. `vi.ftl` has the same messages; a test compares them.

## Days and instants

weekday = { $day ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}
weekday-short = { $day ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}
month-name = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
day-month = { $day } { $name }
day-short = { $weekday } { $date }
day-full = { $weekday } { $date } { $year }
day-time = { $day } { $time }
month-title = { $name } { $year }
due-line = { $weekday } { $iso } { $time } ({ $offset })

## Amounts

count-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
count-working-days = { $n ->
    [one] 1 working day
   *[other] { $n } working days
}
count-half-working-days = { $n }.5 working days
count-weeks = { $n ->
    [one] 1 week
   *[other] { $n } weeks
}
count-months = { $n ->
    [one] 1 month
   *[other] { $n } months
}
count-years = { $n ->
    [one] 1 year
   *[other] { $n } years
}
count-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
count-minutes = { $n ->
    [one] 1 minute
   *[other] { $n } minutes
}
count-working-hours = { $n ->
    [one] 1 working hour
   *[other] { $n } working hours
}
count-working-minutes = { $n ->
    [one] 1 working minute
   *[other] { $n } working minutes
}
same-day = same working day
same-day-cutoff = same working day, after { $time } the next
duration-hours = { $n } h
duration-minutes = { $n } min
duration-seconds = { $n } s
working-time = { $time } of work
joined-and = { $first } and { $second }

## Conventions of a term

term-first-day-counts = first day counts
term-from-next-day = from the next day
term-roll-forward = roll forward
term-no-roll = no roll
term-roll-backward = roll backward
term-next-months-first-day = next month's first day
term-months-as-30-days = months as 30 days
term-at-close = at close
term-at-midnight = at 24:00
term-at-opening = at opening
term-at-same-time = at the same time of day
term-backward = backward

## What a day was

civil-code = Civil Code 2015, { $number }.{ $paragraph }
note-start = the day of the start, which does not count
note-nth-working = { NUMBER($n, type: "ordinal") ->
    [one] { $n }st
    [two] { $n }nd
    [few] { $n }rd
   *[other] { $n }th
} working day
note-nth = { NUMBER($n, type: "ordinal") ->
    [one] { $n }st
    [two] { $n }nd
    [few] { $n }rd
   *[other] { $n }th
} day
note-swapped = { $nth }, worked out of turn
note-swapped-for = { $nth }, worked out of turn for { $day }
note-time = { $time } counted
note-suspended = suspended
note-suspended-since = suspended since { $day }
note-rolled = rolled over: { $off }
note-rolled-back = rolled over
note-held-open = held open: nothing expires while it is suspended
note-last = the last day: due by { $time }
note-nth-last = { $nth }: due by { $time }
note-made-up = { $nth }, worked for { $day }
note-granted = { $note }; granted by the extension
note-by = { $note }: { $deed }

off-weekend = weekend
off-holiday = off
off-substitute = off instead
off-swapped = off, worked on another day
off-bridge = bridge day
off-closure = closed
off-named = { $kind }: { $name }
in-brackets = { $text } ({ $more })

projected-year = projected: the days off of { $year } are not announced yet
projected-suspended = projected: the term is suspended; this is as if it went on at once

## The board

board-as-of = As of { $now }
board-empty = no dossier was received
board-dossier = dossier
board-received = received
board-where = where, with whom
board-due = due
board-status = status
board-why = why
board-standing = { $standing ->
    [late] late
    [step_late] step late
    [due_today] due today
    [step_due_today] step due today
    [on_time] on time
    [suspended] suspended
    [kept] limit kept
    [missed] limit missed
    [no_limit] no limit
    [settled_early] settled early
    [settled_on_time] settled on time
    [settled_late] settled late
   *[settled] settled
}
board-if-resumed = if it went on now
board-if-resumed-on = if it went on { $day }
board-promised = promised for { $day }
board-just-late = just late
board-late = { $days } late
board-today = today
board-left = { $days } left
board-notices = Notices
board-withdrawn = withdrawn: { $text }
board-to = to { $to }
board-not-done = Not done
board-line = line { $n }
board-count = { $n ->
    [one] 1 dossier
   *[other] { $n } dossiers
} received
board-accepted = { $n ->
    [one] 1 command
   *[other] { $n } commands
} accepted
board-footer = { $done }, { $not } not done, { $sent ->
    [one] 1 notice
   *[other] { $sent } notices
} sent

## The board's sentence

why-from = { $term } from { $day }
why-anew = { $term } counted anew from { $day }
why-extended = extended by { $lengths }
why-suspended = suspended for { $days }
why-off = { $count ->
    [one] { $days } is off
   *[other] { $days } are off
}
why-rolled = rolled over a weekend
why-span = { $first } to { $last }
why-ended = ended { $day }; { $why }
why-no-verdict = `{ $clock }` ended { $day } without a verdict
why-suspended-since = suspended since { $day }; { $why }
why-no-limit-set = no limit was set
why-no-limit-here = no limit is set here
why-fault = stopped by a fault: { $fault }
why-refused = last refused: { $why }

## Who did what

deed-command = `{ $command }`
deed-by = `{ $command }` by { $who }
deed-automatic = by itself
deed-migrated = another version of the procedure: { $reason }
deed-erased = personal data erased: { $reason }
deed-reprojected = a changed calendar: { $reason }
deed-time = by time
waits-for = waiting for { $part }
call-part = { $dossier } ({ $procedure }, { $unit })
call-waiting = its outcome is waited for
call-withdrawn = withdrawn
call-answered = ended as { $outcome }, { $at }
explain-caller = part of { $part }
explain-call = calls { $part } since { $since }: { $stands }
deed-silence = { $means ->
    [consent] decided by silence: consent ({ $basis }); no answer from { $who }
   *[refusal] decided by silence: refusal ({ $basis }); no answer from { $who }
}
deed-reason = { $deed }: “{ $reason }”

## A dossier

explain-received = Received { $at }; as of { $now }
explain-settled = Settled: { $outcome }
explain-where = Where it is
explain-since = since { $at }
explain-nobody = nobody
explain-with = { $state }, with { $who }
explain-owed = Time has had work to do since { $at }: `motcua run` with a later `--now` does it and writes it down
explain-silence = { $at }: { $deed }
explain-migrated = Under version { $to } since { $at }, before under version { $from }: { $deed }
explain-corrected = Corrected { $at }, { $deed }
explain-void = no longer stands: { $at }, { $deed }
explain-no-clock = No clock has started.
explain-clock = Clock: { $name }
explain-limit = Limit
explain-from = Counts from
explain-extended = Extended
explain-extended-by = by { $length }, { $at }, { $deed }
explain-suspended = Suspended
explain-suspended-open = since { $from }, { $deed }
explain-suspended-to = from { $from }, { $deed }, to { $to }, { $ended }
explain-recounted = Another limit
explain-restarted = Counted anew
explain-restarted-dropped = { $at }, { $deed }; what was used is dropped: { $used }
explain-due = Due
explain-due-projected = { $due } (projected)
explain-stands = Stands
explain-stands-used = { $standing }; used: { $used } of { $limit }
explain-stands-left = { $standing }; used: { $used } of { $limit }; left: { $left }
explain-standing = { $standing ->
    [early] ended early
    [on_time] ended on time
    [late] ended late
    [ended] ended without a verdict
    [running] running
    [suspended] suspended
   *[overdue] overdue
}
explain-ended-at = { $standing }, { $at }
explain-days-left-out = The days are left out: { $error }
account-title = Who used how much
account-who = who
account-from = from
account-to = to
account-used = used
account-suspended = suspended
account-together = { $first } with { $second }
account-before = before it was received
account-sum = together
steps-title = Limits of steps
steps-state = step
steps-handed = handed over
steps-next = to

## The picture

picture-title = Due { $due }
picture-week = { $day ->
    [1] Mo
    [2] Tu
    [3] We
    [4] Th
    [5] Fr
    [6] Sa
   *[7] Su
}
legend-start = start, not counted
legend-counted = counted, with its number
legend-swapped = worked out of turn
legend-weekend = weekend
legend-holiday = day off
legend-suspended = suspended
legend-swapped-off = day off, made up for
legend-rolled = rolled over
legend-held = held open
legend-due = due day

## Statistics

report-title = { $now }: { $n ->
    [one] 1 dossier
   *[other] { $n } dossiers
} received
report-unit = unit
report-procedure = procedure
report-month = month
report-received = received
report-standing = { $standing ->
    [early] early
    [on_time] on time
    [late] late
    [ended] ended
    [running] running
    [suspended] suspended
   *[overdue] overdue
}
report-total = all
report-office = office
period-title = { $from } to { $to }, as known { $now }
period-carried = carried over
report-none = none

## What a store is asked

find-applicant = applicant
find-state = states
find-more = There are more: --after { $after }
inbox-empty = nothing to do
inbox-commands = what may be done
slip-title = Process control slip of { $dossier }: { $procedure }
slip-due = Due { $due }: { $standing }
book-title = Tracking book of { $unit }
book-number = no.
book-settled = settled
book-returned = returned
book-by = by

## Another version of a procedure

migrate-version = Version
migrate-becomes = What becomes of it
migrate-verdict = { $verdict ->
    [moves] goes over
    [there] is there already
    [settled] is settled and stays
   *[refused] cannot go over
}
migrate-drops = leaves behind: { $names }
migrate-keeps = { $name }: { $due } (as before)
migrate-suspended = stands still: as if it went on now
migrate-count = { $n ->
    [one] { $n } dossier
   *[other] { $n } dossiers
} = { $moves } going over + { $there } there already + { $settled } settled + { $refused } that cannot
migrate-held = { $n ->
    [one] nothing was written: { $n } dossier cannot go over
   *[other] nothing was written: { $n } dossiers cannot go over
}
migrate-stays = { $n ->
    [one] { $n } dossier cannot go over and stays as it is
   *[other] { $n } dossiers cannot go over and stay as they are
}
migrate-nothing = nothing to write
migrate-written = { $n ->
    [one] added { $n } event to `{ $journal }`
   *[other] added { $n } events to `{ $journal }`
}
migrate-dry = { $n ->
    [one] nothing was written: --apply adds { $n } event to `{ $journal }`
   *[other] nothing was written: --apply adds { $n } events to `{ $journal }`
}

## What changes between two versions

diff-head = { $name }, version { $from } -> { $to }
diff-head-same = { $name }, version { $version }
diff-nothing = nothing changes
diff-words = only words differ
diff-count = { $n } { $class ->
    [breaking] breaking
    [tightening] tightening
    [loosening] loosening
   *[compatible] compatible
}
diff-class = { $class ->
    [breaking] breaking: a dossier in flight, or a command by the old text, would be refused
    [tightening] tightening: somebody has to do more, may do less, or is promised less
    [loosening] loosening: the citizen has to do less, may do more, or is promised more
   *[compatible] compatible
}
diff-whom = { $whom ->
    [citizen] citizen
    [office] office
    [dossiers] dossiers
   *[systems] systems
}
diff-before = before: { $place }
diff-flight = dossiers in flight: { $over } of { $n ->
    [one] { $n } state goes over
   *[other] { $n } states go over
}
diff-stay = under the same name: { $states }
diff-goes = `{ $state }` -> `{ $to }` { $by ->
    [was] (by `was`)
    [moves] (by `moves`)
   *[name] (by its name)
}
diff-held = `{ $state }` stays: { $why }
diff-refused = not allowed: { $what }; `--allow` names what is meant

## Deadline budgets

budget-title = { $procedure }, version { $version }: { $kind ->
    [parallel] the limit of `{ $clock }`
   *[clock] clock `{ $clock }`
}, { $limit }
budget-verdict = { $verdict ->
    [kept] kept: the office that keeps the limits of its states keeps the term, whatever others do
    [kept_with_others] kept, as long as the others keep theirs: { $states }
    [rest] kept, as long as the state without a limit takes no more than the rest: { $states }
    [exceeded] NOT KEPT: late although every state keeps its limit
    [may_exceed] perhaps not kept: late on a way that guards may close
    [unbounded] not proven: something is bounded by nothing
    [never_ends] nothing to keep: the clock never ends so that it counts
   *[undecided] not decided
}
budget-undecided = { $reason ->
    [date] it counts from a date in the data, and from one long past it is late at once
    [anchor] it counts from one of several events, and which one changes as they happen again
    [limit] its limit stands in the data without a lower bound
    [branches] branches that move it side by side may take too long, and it is not certain that a dossier can go that way
    [nested] one of the branches that move it side by side holds parallel work of its own
    [size] there are too many ways to look at
    [follows] a limit on the way stands still with another clock
    [days] it may begin on more days than could be tried
    [no_calendar] different units are counted, and no calendar says which days are worked
    [coverage] the calendar does not cover the years that are needed
    [hours] hours are counted beside days, and not every second of a day was tried
    [close] something may be asked once it has run out, and that suspends nothing of it
    [stretches] it stands still on the way, and its stretches, each from its worst day, are too long together; no dossier was found that is
   *[stops] it stands still on the way, and something there counts from before or stands still with it
}
budget-hole = { $reason ->
    [no_limit] `{ $state }` ({ $holder }) has no limit
    [limit_in_data] `{ $state }` ({ $holder }) has a limit in the data without an upper bound
    [others_keep_theirs] `{ $state }`: { $holder } has a limit that nothing makes them keep
   *[others_without_end] `{ $state }` waits for { $holder } without an end
}
budget-nobody = nobody
budget-round = { $states } can be gone round again and again
budget-worst = begun { $start }, due { $due }, ends at the latest { $done }: { $over ->
    [late] { $amount } too late
    [left] { $amount } left
   *[even] nothing left
}
budget-sum = the longest way takes { $sum } of { $limit }
budget-any-week = every week is like any other
budget-tried = the worst of all days from { $first } to { $last } on the calendar `{ $calendar }`
budget-state = state
budget-holder = held by
budget-limit = at most
budget-from = from
budget-to = until
budget-slack = left
budget-stands = the clock stands still
budget-others = others
budget-critical = longest way

## Findings

check-done = { $files ->
    [one] { $files } file
   *[other] { $files } files
} checked: { $found }
check-nothing = nothing found
check-errors = { $n ->
    [one] { $n } error
   *[other] { $n } errors
}
check-warnings = { $n ->
    [one] { $n } warning
   *[other] { $n } warnings
}
check-notes = { $n ->
    [one] { $n } note
   *[other] { $n } notes
}
check-exempted = { $n } exempted
check-because = because of this
fix-worse = `{ $path }` is left as it is: fixed, it would have another error: { $why }
fix-skipped = { $n ->
    [one] { $n } fix
   *[other] { $n } fixes
} skipped, as another edits the same words: run this again
fix-made = { $fixes ->
    [one] { $fixes } fix
   *[other] { $fixes } fixes
} made in { $files ->
    [one] { $files } file
   *[other] { $files } files
}
fix-to-make = { $fixes ->
    [one] { $fixes } fix
   *[other] { $fixes } fixes
} to make in { $files ->
    [one] { $files } file
   *[other] { $files } files
}

## Refusals

refused-none = nothing
refused-conflict = the dossier has moved on: it has version { $version } and is in { $states }
refused-not-permitted = `{ $role }` may not give `{ $command }` here; { $may } may
refused-not-applicable = `{ $command }` is not possible { $within }{ $because }; possible now: { $possible }
refused-at-start = at the start
refused-in = in { $states }
refused-because = , because `{ $guard }` does not hold{ $read }

## Tests

test-count = { $n ->
    [one] 1 test
   *[other] { $n } tests
}
test-all-pass = { $tests }: all pass
test-some-fail = { $tests }: { $passed } passed, { $failed } failed
test-expected = expected
test-found = was
test-both = expected: { $expected }; was: { $found }
test-drawn = with the least values that show it: { $values }
test-until-then = until then:
test-more = … and { $n } more
test-left = tests, { $time } left
test-and = { $first } and { $second }
test-by = { $what } by { $roles }
test-not = not { $what }
test-state = state { $names }
test-in = in { $name }
test-holder = holder { $names }
test-due = due { $clock } { $at }
test-because = { $what } because "{ $why }"
test-no-day = no day of it says so
test-promised = promised { $clock } { $at }
test-nothing-promised = nothing is promised besides the due date
test-stands = { $standing } { $clock }
test-standing = { $standing ->
    [running] running
    [suspended] suspended
    [overdue] overdue
    [early] early
    [on_time] on time
    [late] late
   *[ended] ended
}
test-standing-due = { $standing }, due { $at }
test-used = used { $amount } of { $clock }
test-used-in-parts = what was used of it is no whole number of these units
test-not-started = `{ $name }` has not started
test-has-ended = `{ $name }` has ended
test-no-plan = its plan is not loaded
test-issued = issued { $form }
test-no-form = no form
test-notified = notified { $who }
test-head-of = head of { $role }
test-the-holder = holder
test-nobody = nobody
test-data = data.{ $field } = { $value }
test-data-absent = data.{ $field } absent
test-absent = absent
test-possible = possible { $commands }
test-only-possible = only possible { $commands }
test-nothing = nothing
test-outcome = outcome { $value }
test-no-outcome = none yet
test-goes-on = the clock goes on
test-goes-on-from = the clock goes on from { $at }
test-this-is = this is { $at }
test-comes-to-rest = what falls due on the way comes to an end
test-no-rest = more than { $n } firings, and no end
test-no-dossier = there is no dossier
test-nothing-to-count = there is nothing to count from
test-no-length = `{ $text }` is no length of time
test-day-unknown = its day is not known
test-no-version = `{ $name }` has no version in force
test-not-called = no dossier of `{ $name }` has been called
test-an-instant = an instant
test-none-known = none is known
test-told-after = told after { $at }
test-told = told { $at }
test-a-value = a value
test-is-done = `{ $command }` is done
test-was-done = it was done
test-is-refused = `{ $command }` is refused
test-refused = refused: { $why }
test-refused-because = refused, because "{ $why }"
test-nothing-to-correct = no `{ $command }` stands that could be void
test-is-there = it is there already
test-nothing-moves = nothing moves: it counts on this version already, or nothing is counted any more
test-no-calendar = no version of the calendar `{ $name }` was known then

## The story of a test

story-called = the dossier of `{ $name }` that it has called:
story-before = { $n ->
    [one] … 1 event before
   *[other] … { $n } events before
}
story-now = now: { $at }
story-clock = clock { $name }: { $standing }, { $due }; { $limit } from { $from }
story-due = due { $at }
story-suspended = suspended { $from } to { $to }
story-by-itself = by itself
story-corrected = corrected by { $role }, { $reason }; void: { $voids }
story-migrated = another version: { $reason }
story-reprojected = counted anew: { $reason }
story-silence = silence means { $means ->
    [consent] consent
   *[refusal] refusal
}
story-time = time: { $clock }
story-timer = timer { $name }
story-expired = { $clock } has run out
story-outcome-of = outcome of call { $n }
story-times = { $rung } (time { $n })
story-changes-hands = { $state } changes hands
story-form = form { $name }
story-notice = notice to { $to }
story-stands-still = { $clock } stands still
story-goes-on = { $clock } goes on
story-anew = { $clock } begins anew
story-extended = { $clock } is extended by { $length }
story-promised = { $clock } is promised for { $at }
story-ends = { $clock } ends { $class ->
    [early] early
    [on_time] on time
   *[late] late
}
story-calls = calls { $procedure }
story-settled = outcome { $value }
story-incident = incident: { $fault }
story-nothing = nothing

## Rungs

rung-of = { $clock }, { $rung }
rung-share = at { $percent }%
rung-before = { $length } before due
rung-due = when due
rung-after = { $length } after due
rung-every = every { $length } overdue, at most { $n } times
rung-acknowledged = { $rung } until acknowledged

## What tests have shown

cover-title = What tests have shown
cover-title-percent = What tests have shown: { $percent }%
cover-procedure = { $name }, version { $version }: { $seen } of { $count } shown ({ $percent }%)
cover-head = { $name }, version { $version }: { $seen } of { $count }
cover-of = { $seen } of { $count }
cover-kind = { $kind ->
    [states] states
    [transitions] transitions
    [guards] guards
    [rows] table rows
    [refusals] refusals
    [terms] terms
   *[rungs] rungs
}
cover-missing = not shown: { $name }
cover-beyond = cannot be shown here: { $name }: { $why ->
    [left_at_once] the state is left as soon as it is entered
    [never_said] the guard never answers this
   *[not_asked] nothing here asks the table like this
}
cover-line = (line { $line })
cover-untested = no test at all: { $names }
cover-no-test = No test at all.
cover-all = all together: { $percent }%
cover-guard = `{ $guard }` { $holds ->
    [yes] holds
   *[no] does not hold
} ({ $where })
cover-silence = { $state }: silence means { $means ->
    [consent] consent
   *[refusal] refusal
}
cover-fate = { $clock } { $fate ->
    [early] early
    [on_time] on time
    [late] late
    [suspended] suspended
    [restarted] restarted
    [extended] extended
    [reappointed] promised anew
   *[over_holiday] over a holiday
}
cover-row = { $table }: { $row }
cover-refused = { $command }: { $why ->
    [not_permitted] not permitted
    [not_here] not known there
    [guard] no guard holds
    [missing_data] data missing
    [missing_document] document missing
    [invalid_data] data out of bounds
    [four_eyes] the same hand twice
    [told_late] told too late
   *[not_now] not now
}
cover-any-command = any command
cover-branch = branch { $branch } of { $parallel }
cover-limit = limit of { $clock }
cover-stands-still = { $clock } stands still
cover-begins-anew = { $clock } begins anew
cover-document = document { $document }
cover-always = by itself
cover-join = join
cover-timer = timer { $name }
cover-outcome = outcome { $outcomes }
cover-outcome-otherwise = outcome otherwise
cover-short = { $percent }% was shown, and { $least }% is asked for: `--coverage` says what is not
suggest-due = when { $clock } is due
suggest-last-day = { $clock } on its last day and after it
suggest-ended = { $clock } ended { $when ->
    [eve] the day before its last
    [last] on its last day
    [second] in its last second
    [late] a second too late
   *[next] the day after its last
}
suggest-day = { $day ->
    [longest] the day before the longest holidays
    [holiday] the day before a holiday
    [swapped] a Saturday worked out of turn
    [before_swapped] the day before a Saturday worked out of turn
    [month] the last day of a month
    [off] a day off
    [close] the last second of a day
    [after_close] the second after it
    [cutoff] the cutoff
    [after_cutoff] the second after the cutoff
   *[ordinary] an ordinary day
}
suggest-not-permitted = may not give `{ $command }`
suggest-not-here = `{ $command }` is not possible
suggest-guard = does not hold
suggest-version = { " " }(version { $version })
suggest-missing = missing
suggest-four-eyes = four eyes
accept-done = { $values ->
    [one] 1 value
   *[other] { $values } values
} rewritten in { $files ->
    [one] 1 file
   *[other] { $files } files
}: review the change, and run the tests again
## Journals of a store

erase-done = { $dossier }: erased; event { $event } says so
erase-refused = `{ $dossier }` keeps its personal data: { $why }
erase-unknown = `{ $dossier }` is not known: look for it with `motcua find`
erase-already = { $dossier }: was erased already
erase-in-clear = { $dossier }: { $n ->
    [one] one of its events was written before personal values were sealed, and has them still
   *[other] { $n } of its events were written before personal values were sealed, and have them still
}
erase-rewritten = The file is written anew and has nothing of it; backups and exports may
erase-not-rewritten = The file is not written anew and may have remainders of it, as backups and exports may
erase-in-database = The tables have nothing of it; the database's own files may until VACUUM FULL, as may its log, backups and exports
backup-done = `{ $copy }` is a copy of the store as it was at one instant: `motcua verify --db { $copy }` says whether it is whole
verify-sound = { $dossier }: { $n ->
    [one] { $n } event
   *[other] { $n } events
}, as written; the last one has the hash { $head }
verify-store = { $n ->
    [one] { $n } dossier
   *[other] { $n } dossiers
}, { $events ->
    [one] { $events } event
   *[other] { $events } events
} in whole journals: { $broken ->
    [0] all as written
    [one] { $broken } fault was found, see above
   *[other] { $broken } faults were found, see above
}

## What is sent

deliver-done = { $queue }: { $delivered } delivered, { $again } to be tried again, { $dead } dead
deliver-again = `{ $queue }`, { $id }: { $why }; it is tried again later
deliver-dead = `{ $queue }`, { $id }: { $why }; it is dead: motcua outbox
deliver-away = `{ $queue }` is away: { $why }
deliver-store = `{ $queue }`: { $why }
deliver-unattended = `{ $queue }` has { $count ->
    [one] a message, and nothing here takes it
   *[other] { $count } messages, and nothing here takes them
}
outbox-again = { $count ->
    [0] nothing is sent again
    [one] 1 message is sent again
   *[other] { $count } messages are sent again
}
outbox-empty = nothing waits and nothing is dead
outbox-queue = queue
outbox-waiting = waiting
outbox-dead = dead
outbox-message = message
outbox-tries = tries
outbox-next = next try
outbox-now = now
outbox-why = why
outbox-more = Only the first { $count } are shown: --limit, --queue
work-woken = { $dossiers ->
    [one] 1 dossier
   *[other] { $dossiers } dossiers
} woken: { $events ->
    [one] 1 event
   *[other] { $events } events
}
work-store = nothing can be woken: { $why }
