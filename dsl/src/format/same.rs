//! Whether two texts say the same: the same tree, the same comments.

use super::comments::{comments, written};
use super::production::{Spelt, spelt};
use crate::lower::canonical::tokens;
use crate::parse::tree::{Branch, Kind, Tree};

/// Returns whether a text says what another one says.
pub(super) fn same(text: &str, tree: &Tree, other: &str) -> bool {
    let Ok(again) = Tree::parse(Kind::file, other) else { return false };
    let mut nodes = again.nodes();
    // Rows of a table are told apart by their lines.
    let mut in_table = false;
    let mut says = |node: Branch<'_>| {
        let Some(twin) = nodes.next().filter(|twin| twin.kind() == node.kind()) else { return false };
        let (here, there) = (part(text, node), part(other, twin));
        in_table = in_table || matches!(node.kind(), Kind::table_item | Kind::examples);
        node.size() == twin.size()
            && match spelt(node.kind()) {
                Spelt::Written => here == there,
                Spelt::Unit => here.trim_end_matches('s') == there.trim_end_matches('s'),
                Spelt::Code if std::mem::take(&mut in_table) => rows(here).eq(rows(there)),
                Spelt::Code => tokens(here) == tokens(there),
                Spelt::As(_) | Spelt::Never => true,
            }
    };
    tree.nodes().all(&mut says) && nodes.next().is_none() && said(text).eq(said(other))
}

fn part<'t>(text: &'t str, branch: Branch<'_>) -> &'t str {
    text.get(branch.start()..branch.end()).unwrap_or_default()
}

fn rows(code: &str) -> impl Iterator<Item = Vec<&str>> {
    code.split('\n').map(tokens).filter(|row| !row.is_empty())
}

/// The lines of all comments.
fn said(text: &str) -> impl Iterator<Item = &str> {
    comments(text).into_iter().flat_map(|comment| written(text.get(comment.range).unwrap_or_default())).map(str::trim)
}
