//! The dossiers of the one-stop shop around the holidays of 2025: the board must say of each what the law says.

#![expect(clippy::unwrap_used, reason = "helpers of tests have nobody to hand an error to")]

use std::path::Path;
use std::process::{Command, Output};

/// Returns the table of the README's first command: from a store that is made for it.
fn board() -> Output {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("dossiers.db");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Command::new(env!("CARGO_BIN_EXE_motcua"))
        .args(["run", "examples/one_stop/april.jsonl", "--format", "table", "--db"])
        .arg(db)
        .env("LC_ALL", "C")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "250")
        .current_dir(root)
        .output()
        .unwrap()
}

#[test]
fn the_board_counts_every_dossier_once() {
    let board = board();
    let text = String::from_utf8(board.stdout).unwrap();
    let counts = "16 dossiers received = 1 late + 1 on time + 1 suspended + 4 settled early + 6 settled on time \
                  + 1 settled late + 2 settled";
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plain.contains(counts), "{text}");
    assert_eq!(board.status.code(), Some(0), "every command is done");
}

#[test]
fn each_dossier_is_due_when_the_law_says() {
    let text = String::from_utf8(board().stdout).unwrap();
    // Received · limit · due: counted by hand over 26 April (worked), 30 April, 1 and 2 May (off).
    let expected = [
        ("D03", "Fri 25 Apr 2025 17:00"), // Thu 3 Apr, 15 working days over Hùng Kings
        ("D04", "Mon 28 Apr 2025 17:00"), // Tue 8 Apr, 15 working days with the worked Saturday
        ("D05", "Thu 15 May 2025 17:00"), // counted anew from Tue 22 Apr
        ("D07", "Fri 25 Apr 2025 17:00"), // Fri 18 Apr, 5 working days
        ("D09", "Mon 5 May 2025 17:00"),  // Thu 24 Apr, 5 working days to verify
        ("D10", "Thu 8 May 2025 17:00"),  // Thu 24 Apr, 3 working days and 5 more
        ("D12", "Tue 6 May 2025 17:00"),  // Mon 28 Apr, 3 working days
        ("D13", "Mon 5 May 2025 17:00"),  // Tue 29 Apr 15:40: the next working day
        ("D16", "Thu 15 May 2025 17:00"), // Mon 12 May, 3 working days
    ];
    for (dossier, due) in expected {
        let from = text.lines().skip_while(|line| !line.trim_start().starts_with(dossier));
        let mut rows = from.take_while(|line| !line.contains("────"));
        assert!(rows.any(|row| row.contains(due)), "{dossier} should be due {due}:\n{text}");
    }
}
