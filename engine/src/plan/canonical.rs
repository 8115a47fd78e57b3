//! The canonical form of what decides, which the hash of a plan is taken over.
//!
//! Layout and comments inside of rhai decide nothing, so its tokens stand one space apart there.

use super::Logic;

impl Logic {
    /// Returns what decides as it is hashed: SHA-256 of its JSON is the hash of the plan.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let mut logic = self.clone();
        for script in &mut logic.scripts {
            script.text = tokens(&script.text).join(" ");
        }
        logic.functions = tokens(&logic.functions).join(" ");
        logic
    }
}

/// Returns the tokens of a piece of rhai without space and comments; each sign that is no word is one of its own.
#[must_use]
pub fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if first.is_whitespace() => {
                rest = rest.trim_start();
                continue;
            }
            _ if rest.starts_with("//") => {
                rest = rest.split_once('\n').map_or("", |(_, after)| after);
                continue;
            }
            _ if rest.starts_with("/*") => {
                rest = rest.get(comment(rest)..).unwrap_or_default();
                continue;
            }
            '"' | '\'' | '`' => quoted(rest, first),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        found.push(token);
        rest = after;
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || unicode_normalization::char::is_combining_mark(c)
}

/// Returns the length of a text in quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return i + 1,
            _ => {}
        }
    }
    text.len()
}

/// Returns the length of a comment with the comments inside it.
#[must_use]
pub fn comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        at += if rest.starts_with("/*") {
            depth += 1;
            2
        } else if rest.starts_with("*/") {
            depth -= 1;
            if depth == 0 {
                return at + 2;
            }
            2
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn layout_and_comments_are_no_tokens() {
        assert_eq!(
            tokens("data.area<=250 // small\n && /* a /* b */ c */ f( \"a  b\" )"),
            tokens("data.area <= 250 && f(\"a  b\")")
        );
        assert_ne!(tokens("f(\"a  b\")"), tokens("f(\"a b\")"));
        assert_eq!(tokens("\"open"), ["\"open"]);
        assert_eq!(tokens("thẩm_định >= 1"), ["thẩm_định", ">", "=", "1"]);
    }
}
