# Lời của `due`, `explain`, `report` và bảng theo dõi bằng tiếng Việt, theo cách dùng của văn bản hành chính.

## Ngày và giờ

weekday = { $day ->
    [1] thứ Hai
    [2] thứ Ba
    [3] thứ Tư
    [4] thứ Năm
    [5] thứ Sáu
    [6] thứ Bảy
   *[7] Chủ nhật
}
weekday-short = { $day ->
    [1] thứ Hai
    [2] thứ Ba
    [3] thứ Tư
    [4] thứ Năm
    [5] thứ Sáu
    [6] thứ Bảy
   *[7] Chủ nhật
}
month-name = { $month }
day-month = { $day }/{ $name }
day-short = { $weekday } { $date }
day-full = { $date }/{ $year }, { $weekday }
day-time = { $time } ngày { $day }
month-title = Tháng { $name }/{ $year }
due-line = { $time } ngày { $date }, { $weekday } ({ $offset })

## Số lượng

count-days = { $n } ngày
count-working-days = { $n } ngày làm việc
count-half-working-days = { $n },5 ngày làm việc
count-weeks = { $n } tuần
count-months = { $n } tháng
count-years = { $n } năm
count-hours = { $n } giờ
count-minutes = { $n } phút
count-working-hours = { $n } giờ làm việc
count-working-minutes = { $n } phút làm việc
same-day = trong ngày làm việc
same-day-cutoff = trong ngày làm việc; nhận sau { $time } thì ngày làm việc tiếp theo
duration-hours = { $n } giờ
duration-minutes = { $n } phút
duration-seconds = { $n } giây
working-time = { $time } làm việc
joined-and = { $first } và { $second }

## Quy ước tính thời hạn

term-first-day-counts = tính cả ngày đầu tiên
term-from-next-day = tính từ ngày tiếp theo
term-roll-forward = chuyển sang ngày làm việc tiếp theo
term-no-roll = không chuyển ngày
term-roll-backward = lùi về ngày làm việc trước
term-next-months-first-day = ngày đầu tiên của tháng sau
term-months-as-30-days = một tháng là 30 ngày
term-at-close = đến hết giờ làm việc
term-at-midnight = đến 24:00
term-at-opening = đến đầu giờ làm việc
term-at-same-time = đến cùng giờ trong ngày
term-backward = tính lùi

## Từng ngày

civil-code = khoản { $paragraph } Điều { $number } Bộ luật Dân sự 2015
note-start = ngày đầu tiên của thời hạn, không được tính
note-nth-working = ngày làm việc thứ { $n }
note-nth = ngày thứ { $n }
note-swapped = { $nth }, làm bù
note-swapped-for = { $nth }, làm bù cho ngày { $day }
note-time = tính { $time }
note-suspended = tạm dừng tính thời hạn
note-suspended-since = tạm dừng tính thời hạn từ { $day }
note-rolled = chuyển sang ngày làm việc tiếp theo: { $off }
note-rolled-back = lùi về ngày làm việc trước
note-held-open = chưa hết hạn: thời hạn không kết thúc trong lúc tạm dừng
note-last = ngày cuối cùng: hạn trả lúc { $time }
note-nth-last = { $nth }: hạn trả lúc { $time }
note-made-up = { $nth }, làm bù cho ngày { $day }
note-granted = { $note }; do gia hạn
note-by = { $note }: { $deed }

off-weekend = nghỉ hằng tuần
off-holiday = nghỉ lễ
off-substitute = nghỉ bù
off-swapped = nghỉ hoán đổi, làm bù vào ngày khác
off-bridge = nghỉ liền kề (ngày xen giữa)
off-closure = cơ quan tạm ngừng làm việc
off-named = { $kind }: { $name }
in-brackets = { $text } ({ $more })

projected-year = dự kiến: lịch nghỉ năm { $year } chưa được công bố
projected-suspended = dự kiến: đang tạm dừng tính thời hạn; hạn này tính như thể được tiếp tục ngay

## Bảng theo dõi

board-as-of = Tính đến { $now }
board-empty = chưa tiếp nhận hồ sơ nào
board-dossier = hồ sơ
board-received = tiếp nhận
board-where = đang ở bước nào, ai giữ
board-due = hạn trả
board-status = tình trạng
board-why = lý do
board-standing = { $standing ->
    [late] quá hạn
    [step_late] bước quá hạn
    [due_today] đến hạn hôm nay
    [step_due_today] bước đến hạn hôm nay
    [on_time] còn hạn
    [suspended] tạm dừng
    [kept] đã xong đúng thời hạn
    [missed] đã xong quá thời hạn
    [no_limit] không có thời hạn
    [settled_early] đã giải quyết trước hạn
    [settled_on_time] đã giải quyết đúng hạn
    [settled_late] đã giải quyết quá hạn
   *[settled] đã kết thúc
}
board-if-resumed = nếu tiếp tục ngay
board-if-resumed-on = nếu tiếp tục từ { $day }
board-promised = hẹn trả lại { $day }
board-just-late = vừa quá hạn
board-late = quá hạn { $days }
board-today = hôm nay
board-left = còn { $days }
board-notices = Thông báo
board-withdrawn = thu hồi: { $text }
board-to = gửi { $to }
board-not-done = Không thực hiện được
board-line = dòng { $n }
board-count = tiếp nhận { $n } hồ sơ
board-accepted = nhận { $n } lệnh
board-footer = { $done }, không thực hiện { $not }, gửi { $sent } thông báo

## Câu giải thích trên bảng theo dõi

why-from = { $term } kể từ { $day }
why-anew = { $term }, tính lại từ đầu kể từ { $day }
why-extended = gia hạn { $lengths }
why-suspended = tạm dừng { $days }
why-off = nghỉ { $days }
why-rolled = ngày cuối rơi vào ngày nghỉ hằng tuần, chuyển sang ngày làm việc tiếp theo
why-span = { $first } đến { $last }
why-ended = kết thúc { $day }; { $why }
why-no-verdict = `{ $clock }` chấm dứt { $day }, không xét đúng hạn hay quá hạn
why-suspended-since = tạm dừng tính thời hạn từ { $day }; { $why }
why-no-limit-set = không đặt thời hạn
why-no-limit-here = bước này không có thời hạn
why-fault = dừng do lỗi: { $fault }
why-refused = lần từ chối gần nhất: { $why }

## Ai đã làm gì

deed-command = `{ $command }`
deed-by = `{ $command }` do { $who } thực hiện
deed-automatic = tự động
deed-migrated = thủ tục có phiên bản khác: { $reason }
deed-erased = xóa dữ liệu cá nhân: { $reason }
deed-reprojected = lịch làm việc thay đổi: { $reason }
deed-time = do đến hạn
waits-for = đang chờ kết quả của { $part }
call-part = { $dossier } ({ $procedure }, { $unit })
call-waiting = đang chờ kết quả
call-withdrawn = đã rút
call-answered = kết quả { $outcome }, { $at }
explain-caller = là một phần của { $part }
explain-call = gọi { $part } từ { $since }: { $stands }
deed-silence = { $means ->
    [consent] im lặng là đồng ý ({ $basis }); { $who } không trả lời trong thời hạn
   *[refusal] im lặng là không đồng ý ({ $basis }); { $who } không trả lời trong thời hạn
}
deed-reason = { $deed }: “{ $reason }”

## Hồ sơ

explain-received = Tiếp nhận { $at }; tính đến { $now }
explain-settled = Kết quả: { $outcome }
explain-where = Hồ sơ đang ở bước
explain-since = từ { $at }
explain-nobody = không có ai
explain-with = { $state }, do { $who } giữ
explain-owed = Có việc đã đến hạn từ { $at }: chạy `motcua run` với `--now` muộn hơn để thực hiện và ghi lại
explain-silence = { $at }: { $deed }
explain-migrated = Theo phiên bản { $to } từ { $at }, trước đó theo phiên bản { $from }: { $deed }
explain-corrected = Đính chính { $at }, { $deed }
explain-void = không còn giá trị: { $at }, { $deed }
explain-no-clock = Chưa có thời hạn nào bắt đầu.
explain-clock = Thời hạn: { $name }
explain-limit = Thời hạn
explain-from = Tính từ
explain-extended = Gia hạn
explain-extended-by = thêm { $length }, { $at }, { $deed }
explain-suspended = Tạm dừng
explain-suspended-open = từ { $from }, { $deed }
explain-suspended-to = từ { $from }, { $deed }, đến { $to }, { $ended }
explain-recounted = Đổi thời hạn
explain-restarted = Tính lại từ đầu
explain-restarted-dropped = { $at }, { $deed }; bỏ phần đã dùng: { $used }
explain-due = Hạn trả
explain-due-projected = { $due } (dự kiến)
explain-stands = Tình trạng
explain-stands-used = { $standing }; đã dùng: { $used } trên { $limit }
explain-stands-left = { $standing }; đã dùng: { $used } trên { $limit }; còn lại: { $left }
explain-standing = { $standing ->
    [early] giải quyết trước hạn
    [on_time] giải quyết đúng hạn
    [late] giải quyết quá hạn
    [ended] chấm dứt, không xét đúng hạn hay quá hạn
    [running] đang giải quyết, còn hạn
    [suspended] đang tạm dừng
   *[overdue] đang giải quyết, đã quá hạn
}
explain-ended-at = { $standing }, { $at }
explain-days-left-out = Không liệt kê từng ngày: { $error }
account-title = Thời gian đã sử dụng, theo từng người giữ hồ sơ
account-who = người giữ hồ sơ
account-from = từ
account-to = đến
account-used = đã dùng
account-suspended = tạm dừng
account-together = { $first } cùng { $second }
account-before = trước khi tiếp nhận
account-sum = tổng cộng
steps-title = Thời hạn từng bước
steps-state = bước
steps-handed = chuyển giao
steps-next = chuyển đến

## Hình lịch

picture-title = Hạn trả { $due }
picture-week = { $day ->
    [1] T2
    [2] T3
    [3] T4
    [4] T5
    [5] T6
    [6] T7
   *[7] CN
}
legend-start = ngày đầu tiên, không tính
legend-counted = được tính, kèm số thứ tự
legend-swapped = làm bù
legend-weekend = nghỉ hằng tuần
legend-holiday = ngày nghỉ
legend-suspended = tạm dừng
legend-swapped-off = nghỉ hoán đổi
legend-rolled = chuyển ngày
legend-held = chưa hết hạn
legend-due = hạn trả

## Thống kê

report-title = { $now }: tiếp nhận { $n } hồ sơ
report-unit = đơn vị
report-procedure = thủ tục
report-month = tháng
report-received = tiếp nhận
report-standing = { $standing ->
    [early] trước hạn
    [on_time] đúng hạn
    [late] quá hạn
    [ended] chấm dứt
    [running] đang giải quyết
    [suspended] tạm dừng
   *[overdue] đang quá hạn
}
report-total = tất cả
report-office = cơ quan
period-title = Từ { $from } đến { $to }, theo số liệu { $now }
period-carried = kỳ trước chuyển sang
report-none = không có

## Điều hỏi kho hồ sơ

find-applicant = người nộp
find-state = trạng thái
find-more = Còn nữa: --after { $after }
inbox-empty = không có việc
inbox-commands = việc có thể làm
slip-title = Phiếu kiểm soát quá trình giải quyết hồ sơ { $dossier }: { $procedure }
slip-due = Hẹn trả { $due }: { $standing }
book-title = Sổ theo dõi hồ sơ của { $unit }
book-number = STT
book-settled = giải quyết xong
book-returned = trả kết quả
book-by = người trả

## Phiên bản khác của thủ tục

migrate-version = Phiên bản
migrate-becomes = Kết quả
migrate-verdict = { $verdict ->
    [moves] chuyển sang
    [there] đã theo phiên bản đó
    [settled] đã giải quyết xong, giữ nguyên
   *[refused] không chuyển được
}
migrate-drops = không mang theo: { $names }
migrate-keeps = { $name }: { $due } (như trước)
migrate-suspended = đang tạm dừng: tính như tiếp tục từ bây giờ
migrate-count = { $n } hồ sơ = { $moves } chuyển sang + { $there } đã theo + { $settled } đã giải quyết xong + { $refused } không chuyển được
migrate-held = chưa ghi gì: { $n } hồ sơ không chuyển được
migrate-stays = { $n } hồ sơ không thể chuyển và được giữ nguyên
migrate-nothing = không có gì để ghi
migrate-written = đã ghi thêm { $n } sự kiện vào `{ $journal }`
migrate-dry = chưa ghi gì: --apply ghi thêm { $n } sự kiện vào `{ $journal }`

## Điều thay đổi giữa hai phiên bản

diff-head = { $name }, phiên bản { $from } -> { $to }
diff-head-same = { $name }, phiên bản { $version }
diff-nothing = không có gì thay đổi
diff-words = chỉ lời chữ khác
diff-count = { $n } { $class ->
    [breaking] gây đứt
    [tightening] chặt hơn
    [loosening] thoáng hơn
   *[compatible] tương thích
}
diff-class = { $class ->
    [breaking] gây đứt: hồ sơ đang giải quyết, hoặc hành động theo văn bản cũ, sẽ bị từ chối
    [tightening] chặt hơn: có người phải làm nhiều hơn, được làm ít hơn hoặc được hẹn ít hơn
    [loosening] thoáng hơn: công dân phải làm ít hơn, được làm nhiều hơn hoặc được hẹn tốt hơn
   *[compatible] tương thích
}
diff-whom = { $whom ->
    [citizen] công dân
    [office] cơ quan
    [dossiers] hồ sơ
   *[systems] hệ thống
}
diff-before = trước đây: { $place }
diff-flight = hồ sơ đang giải quyết: { $over } trong { $n } trạng thái được chuyển
diff-stay = giữ nguyên tên: { $states }
diff-goes = `{ $state }` -> `{ $to }` { $by ->
    [was] (theo `was`)
    [moves] (theo `moves`)
   *[name] (theo tên)
}
diff-held = `{ $state }` ở lại: { $why }
diff-refused = chưa được phép: { $what }; `--allow` nêu điều được định trước

## Quỹ thời hạn

budget-title = { $procedure }, phiên bản { $version }: { $kind ->
    [parallel] thời hạn của `{ $clock }`
   *[clock] thời hạn `{ $clock }`
}, { $limit }
budget-verdict = { $verdict ->
    [kept] giữ được: cơ quan giữ đúng hạn từng bước thì giữ đúng thời hạn, bất kể người khác làm gì
    [kept_with_others] giữ được, nếu các bên khác giữ hạn của mình: { $states }
    [rest] giữ được, nếu bước không có hạn không quá phần còn lại: { $states }
    [exceeded] KHÔNG GIỮ ĐƯỢC: trễ hạn dù mọi bước đều đúng hạn
    [may_exceed] có thể không giữ được: trễ hạn trên một đường mà các điều kiện có thể loại trừ
    [unbounded] chưa chứng minh được: có chỗ không bị giới hạn
    [never_ends] không có gì để giữ: thời hạn không kết thúc ở điểm được tính
   *[undecided] chưa xét được
}
budget-undecided = { $reason ->
    [date] tính từ một ngày trong dữ liệu, và từ một ngày đã qua lâu thì quá hạn ngay
    [anchor] tính từ một trong nhiều sự kiện, và sự kiện nào thì thay đổi khi chúng lặp lại
    [limit] thời hạn nằm trong dữ liệu, không có cận dưới
    [branches] các nhánh cùng làm nó thay đổi có thể quá dài, và không chắc có hồ sơ đi được như vậy
    [nested] một trong các nhánh cùng làm nó thay đổi có việc song song bên trong
    [size] có quá nhiều đường đi
    [follows] có thời hạn trên đường đi dừng cùng một thời hạn khác
    [days] nó có thể bắt đầu vào nhiều ngày hơn số ngày thử được
    [no_calendar] tính bằng nhiều đơn vị, mà không có lịch làm việc
    [coverage] lịch không có các năm cần thiết
    [hours] có phần đếm theo giờ, có phần đếm theo ngày, và không thử được mọi giây trong ngày
    [close] có thể có điều được hỏi khi đã hết hạn, và điều đó không làm tạm dừng thời hạn
    [stretches] thời hạn dừng giữa chừng, và các đoạn, mỗi đoạn tính từ ngày bất lợi nhất, cộng lại quá dài; không tìm thấy hồ sơ nào như vậy
   *[stops] thời hạn dừng giữa chừng, và ở đó có hạn tính từ trước hoặc dừng cùng nó
}
budget-hole = { $reason ->
    [no_limit] `{ $state }` ({ $holder }) không có hạn
    [limit_in_data] `{ $state }` ({ $holder }) có hạn nằm trong dữ liệu, không có cận trên
    [others_keep_theirs] `{ $state }`: { $holder } có hạn nhưng không gì buộc phải giữ
   *[others_without_end] `{ $state }` chờ { $holder } không có điểm dừng
}
budget-nobody = không ai
budget-round = { $states } có thể lặp lại mãi
budget-worst = bắt đầu { $start }, hạn { $due }, xong muộn nhất { $done }: { $over ->
    [late] trễ { $amount }
    [left] còn { $amount }
   *[even] không còn dư
}
budget-sum = đường dài nhất hết { $sum } trên { $limit }
budget-any-week = mọi tuần như nhau
budget-tried = ngày xấu nhất từ { $first } đến { $last } theo lịch `{ $calendar }`
budget-state = trạng thái
budget-holder = do
budget-limit = nhiều nhất
budget-from = từ
budget-to = đến
budget-slack = còn dư
budget-stands = thời hạn dừng
budget-others = bên khác
budget-critical = đường dài nhất

## Điều cần sửa

check-done = đã kiểm tra { $files } tệp: { $found }
check-nothing = không có gì phải sửa
check-errors = { $n } lỗi
check-warnings = { $n } cảnh báo
check-notes = { $n } lưu ý
check-exempted = { $n } chỗ được chấp nhận kèm lý do
check-because = vì chỗ này
fix-worse = `{ $path }` được giữ nguyên: nếu sửa sẽ có lỗi khác: { $why }
fix-skipped = bỏ qua { $n } chỗ sửa vì chỗ khác sửa cùng những từ ấy: hãy chạy lại
fix-made = đã sửa { $fixes } chỗ trong { $files } tệp
fix-to-make = sẽ sửa { $fixes } chỗ trong { $files } tệp

## Từ chối

refused-none = không có
refused-conflict = hồ sơ đã đổi: nay ở phiên bản { $version } và ở { $states }
refused-not-permitted = `{ $role }` không được thực hiện `{ $command }` ở đây; được phép: { $may }
refused-not-applicable = không thể thực hiện `{ $command }` { $within }{ $because }; lúc này có thể: { $possible }
refused-at-start = lúc bắt đầu
refused-in = khi hồ sơ ở { $states }
refused-because = , vì `{ $guard }` không đúng{ $read }

## Kiểm thử

test-count = { $n } kiểm thử
test-all-pass = { $tests }: tất cả đều đạt
test-some-fail = { $tests }: { $passed } đạt, { $failed } không đạt
test-expected = mong đợi
test-found = thực tế
test-both = mong đợi: { $expected }; thực tế: { $found }
test-drawn = với các giá trị nhỏ nhất cho thấy điều đó: { $values }
test-until-then = cho đến lúc đó:
test-more = … và { $n } chỗ nữa
test-left = kiểm thử, còn { $time }
test-and = { $first } và { $second }
test-by = { $what } do { $roles }
test-not = không { $what }
test-state = trạng thái { $names }
test-in = đang ở { $name }
test-holder = người giữ { $names }
test-due = hạn { $clock } { $at }
test-because = { $what } vì "{ $why }"
test-no-day = không ngày nào nói như vậy
test-promised = hẹn trả { $clock } { $at }
test-nothing-promised = ngoài hạn trả không có hẹn nào khác
test-stands = { $standing } { $clock }
test-standing = { $standing ->
    [running] đang tính
    [suspended] đang tạm dừng
    [overdue] đang quá hạn
    [early] xong sớm
    [on_time] xong đúng hạn
    [late] xong trễ
   *[ended] đã dừng
}
test-standing-due = { $standing }, hạn { $at }
test-used = đã dùng { $amount } của { $clock }
test-used-in-parts = phần đã dùng không phải là số nguyên của đơn vị này
test-not-started = `{ $name }` chưa bắt đầu
test-has-ended = `{ $name }` đã kết thúc
test-no-plan = chưa nạp thủ tục của hồ sơ
test-issued = đã cấp { $form }
test-no-form = không cấp giấy nào
test-notified = đã báo { $who }
test-head-of = trưởng của { $role }
test-the-holder = người_giữ
test-nobody = không ai
test-data = dữ_liệu.{ $field } = { $value }
test-data-absent = dữ_liệu.{ $field } không có
test-absent = không có
test-possible = được làm { $commands }
test-only-possible = chỉ được làm { $commands }
test-nothing = không gì
test-outcome = kết quả { $value }
test-no-outcome = chưa có
test-goes-on = thời gian đi tới
test-goes-on-from = thời gian đi tới từ { $at }
test-this-is = đây là { $at }
test-comes-to-rest = những việc đến hạn giữa chừng có điểm dừng
test-no-rest = quá { $n } việc đến hạn mà chưa dừng
test-no-dossier = chưa có hồ sơ
test-nothing-to-count = không có gì để tính từ đó
test-no-length = `{ $text }` không phải khoảng thời gian
test-day-unknown = không biết là ngày nào
test-no-version = không có phiên bản nào của `{ $name }` đang có hiệu lực
test-not-called = chưa gọi hồ sơ nào của `{ $name }`
test-an-instant = một thời điểm
test-none-known = không biết thời điểm nào
test-told-after = ghi nhận sau { $at }
test-told = ghi nhận lúc { $at }
test-a-value = một giá trị
test-is-done = `{ $command }` được thực hiện
test-was-done = đã được thực hiện
test-is-refused = `{ $command }` bị từ chối
test-refused = bị từ chối: { $why }
test-refused-because = bị từ chối, vì "{ $why }"
test-nothing-to-correct = không có `{ $command }` nào còn giá trị để bỏ
test-is-there = hồ sơ đã theo phiên bản đó
test-nothing-moves = không có gì thay đổi: đã tính theo bản này, hoặc không còn gì để tính
test-no-calendar = khi đó chưa có bản nào của lịch `{ $name }`

## Diễn biến của kiểm thử

story-called = hồ sơ `{ $name }` được gọi:
story-before = … { $n } sự kiện trước đó
story-now = bây giờ: { $at }
story-clock = thời hạn { $name }: { $standing }, { $due }; { $limit } từ { $from }
story-due = hạn { $at }
story-suspended = tạm dừng { $from } đến { $to }
story-by-itself = tự động
story-corrected = { $role } đính chính, { $reason }; bỏ sự kiện: { $voids }
story-migrated = phiên bản khác: { $reason }
story-reprojected = tính lại: { $reason }
story-silence = im lặng là { $means ->
    [consent] đồng ý
   *[refusal] không đồng ý
}
story-time = đến hạn: { $clock }
story-timer = mốc hẹn { $name }
story-expired = { $clock } đã hết hạn
story-outcome-of = kết quả của lần gọi { $n }
story-times = { $rung } (lần { $n })
story-changes-hands = { $state } đổi người giữ
story-form = cấp { $name }
story-notice = báo { $to }
story-stands-still = { $clock } tạm dừng
story-goes-on = { $clock } tính tiếp
story-anew = { $clock } tính lại từ đầu
story-extended = { $clock } được gia hạn { $length }
story-promised = { $clock } được hẹn trả { $at }
story-ends = { $clock } kết thúc { $class ->
    [early] trước hạn
    [on_time] đúng hạn
   *[late] quá hạn
}
story-calls = gọi { $procedure }
story-settled = kết quả { $value }
story-incident = sự cố: { $fault }
story-nothing = không có

## Bậc nhắc việc

rung-of = { $clock }, { $rung }
rung-share = đã dùng { $percent }%
rung-before = trước hạn { $length }
rung-due = đến hạn
rung-after = quá hạn { $length }
rung-every = mỗi { $length } quá hạn, tối đa { $n } lần
rung-acknowledged = { $rung } đến khi có người xác nhận

## Những gì kiểm thử đã cho thấy

cover-title = Những gì kiểm thử đã cho thấy
cover-title-percent = Những gì kiểm thử đã cho thấy: { $percent }%
cover-procedure = { $name }, phiên bản { $version }: đã cho thấy { $seen } trên { $count } ({ $percent }%)
cover-head = { $name }, phiên bản { $version }: { $seen } trên { $count }
cover-of = { $seen } trên { $count }
cover-kind = { $kind ->
    [states] trạng thái
    [transitions] bước chuyển
    [guards] điều kiện
    [rows] dòng bảng
    [refusals] từ chối
    [terms] thời hạn
   *[rungs] nhắc việc
}
cover-missing = chưa cho thấy: { $name }
cover-beyond = không thể cho thấy ở đây: { $name }: { $why ->
    [left_at_once] vừa vào trạng thái này là rời ngay
    [never_said] điều kiện không bao giờ cho kết quả này
   *[not_asked] ở đây không chỗ nào hỏi bảng như vậy
}
cover-line = (dòng { $line })
cover-untested = không có kiểm thử nào: { $names }
cover-no-test = Không có kiểm thử nào.
cover-all = tất cả: { $percent }%
cover-guard = `{ $guard }` { $holds ->
    [yes] đúng
   *[no] không đúng
} ({ $where })
cover-silence = { $state }: im lặng là { $means ->
    [consent] đồng ý
   *[refusal] không đồng ý
}
cover-fate = { $clock } { $fate ->
    [early] trước hạn
    [on_time] đúng hạn
    [late] quá hạn
    [suspended] tạm dừng
    [restarted] tính lại từ đầu
    [extended] được gia hạn
    [reappointed] được hẹn lại
   *[over_holiday] qua ngày nghỉ lễ
}
cover-row = { $table }: { $row }
cover-refused = { $command }: { $why ->
    [not_permitted] không có quyền
    [not_here] trạng thái không nhận lệnh này
    [guard] không điều kiện nào đúng
    [missing_data] thiếu dữ liệu
    [missing_document] thiếu giấy tờ
    [invalid_data] dữ liệu ngoài giới hạn
    [four_eyes] cùng một người hai lần
    [told_late] ghi nhận quá muộn
   *[not_now] lúc này không được
}
cover-any-command = mọi lệnh
cover-branch = nhánh { $branch } của { $parallel }
cover-limit = thời hạn của { $clock }
cover-stands-still = { $clock } tạm dừng
cover-begins-anew = { $clock } tính lại từ đầu
cover-document = giấy tờ { $document }
cover-always = tự động
cover-join = hợp lại
cover-timer = mốc hẹn { $name }
cover-outcome = kết quả { $outcomes }
cover-outcome-otherwise = kết quả khác
cover-short = đã cho thấy { $percent }%, mà yêu cầu { $least }%: `--coverage` nói còn thiếu gì
suggest-due = ngày đến hạn của { $clock }
suggest-last-day = { $clock } vào ngày cuối và sau đó
suggest-ended = { $clock } xong { $when ->
    [eve] ngày trước ngày cuối
    [last] vào ngày cuối
    [second] vào giây cuối
    [late] chậm một giây
   *[next] ngày sau ngày cuối
}
suggest-day = { $day ->
    [longest] ngày trước đợt nghỉ dài nhất
    [holiday] ngày trước ngày nghỉ lễ
    [swapped] thứ Bảy làm bù
    [before_swapped] ngày trước thứ Bảy làm bù
    [month] ngày cuối tháng
    [off] ngày nghỉ
    [close] giây cuối của ngày làm việc
    [after_close] giây sau đó
    [cutoff] giờ chốt
    [after_cutoff] giây sau giờ chốt
   *[ordinary] ngày thường
}
suggest-not-permitted = không được thực hiện `{ $command }`
suggest-not-here = không thể thực hiện `{ $command }`
suggest-guard = không đúng
suggest-version = { " " }(phiên bản { $version })
suggest-missing = còn thiếu
suggest-four-eyes = phải là người khác thực hiện
accept-done = đã viết lại { $values } giá trị trong { $files } tệp: hãy xem lại thay đổi rồi chạy kiểm thử lần nữa
## Sổ trong kho

erase-done = { $dossier }: đã xóa; sự kiện { $event } ghi việc đó
erase-refused = `{ $dossier }` giữ nguyên dữ liệu cá nhân: { $why }
erase-unknown = không có hồ sơ `{ $dossier }`: hãy tìm bằng `motcua find`
erase-already = { $dossier }: đã xóa từ trước
erase-in-clear = { $dossier }: { $n } sự kiện được ghi trước khi dữ liệu cá nhân được niêm phong, và vẫn còn dữ liệu ấy
erase-rewritten = Tệp đã được ghi lại và không còn gì của dữ liệu ấy; bản sao lưu và bản trích có thể còn
erase-not-rewritten = Tệp chưa được ghi lại và có thể còn sót dữ liệu ấy, cũng như bản sao lưu và bản trích
erase-in-database = Các bảng không còn gì của dữ liệu ấy; tệp của cơ sở dữ liệu có thể còn cho đến khi chạy VACUUM FULL, cũng như nhật ký, bản sao lưu và bản trích
backup-done = `{ $copy }` là bản sao của kho tại một thời điểm: `motcua verify --db { $copy }` cho biết bản sao có nguyên vẹn không
verify-sound = { $dossier }: { $n } sự kiện, đúng như đã ghi; sự kiện cuối có mã băm { $head }
verify-store = { $n } hồ sơ, { $events } sự kiện trong các sổ nguyên vẹn: { $broken ->
    [0] tất cả đúng như đã ghi
   *[other] tìm thấy { $broken } chỗ sai, xem ở trên
}

## Điều được gửi đi

deliver-done = { $queue }: đã gửi { $delivered }, sẽ gửi lại { $again }, không gửi được { $dead }
deliver-again = `{ $queue }`, { $id }: { $why }; sẽ gửi lại sau
deliver-dead = `{ $queue }`, { $id }: { $why }; thôi không gửi nữa: motcua outbox
deliver-away = `{ $queue }` không nhận được: { $why }
deliver-store = `{ $queue }`: { $why }
deliver-unattended = `{ $queue }` có { $count } tin nhắn chưa có ai nhận ở đây
outbox-again = { $count ->
    [0] không có gì để gửi lại
   *[other] gửi lại { $count } tin nhắn
}
outbox-empty = không có tin nhắn nào đang chờ hay không gửi được
outbox-queue = hàng đợi
outbox-waiting = đang chờ
outbox-dead = không gửi được
outbox-message = tin nhắn
outbox-tries = số lần gửi
outbox-next = lần gửi tiếp
outbox-now = ngay
outbox-why = lý do
outbox-more = Chỉ liệt kê { $count } tin nhắn đầu: --limit, --queue
work-woken = đã đến hạn xử lý { $dossiers } hồ sơ: { $events } sự kiện
work-store = không xử lý được việc đến hạn: { $why }
