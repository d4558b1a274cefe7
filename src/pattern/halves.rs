/*!
A pattern with too many positions for one program → two patterns that find together what it finds.
*/

use crate::lexicon::{Node, Word};

/// The two halves of a pattern, each with fewer positions: what it finds is found by one of them. None if it has no alternatives that need more than one.
pub(super) fn halves(node: &Node) -> Option<[Node; 2]> {
    let largest = |halves: &[Node; 2]| halves.iter().map(size).max();
    ways_to_halve(node).into_iter().filter(|halves| largest(halves) < Some(size(node))).min_by_key(largest)
}

/// Each way to halve some alternatives of a pattern.
fn ways_to_halve(node: &Node) -> Vec<[Node; 2]> {
    let within = |parts: &[Node], whole: fn(Vec<Node>) -> Node| {
        let mut ways = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let with = |half: Node| {
                let mut parts = parts.to_vec();
                parts[at] = half;
                whole(parts)
            };
            ways.extend(ways_to_halve(part).into_iter().map(|halves| halves.map(with)));
        }
        ways
    };
    match node {
        Node::Either(branches) => halves_of(branches).into_iter().chain(within(branches, Node::Either)).collect(),
        Node::Sequence(parts) => within(parts, Node::Sequence),
        Node::Optional(inner) => {
            ways_to_halve(inner).into_iter().map(|halves| halves.map(|half| Node::Optional(Box::new(half)))).collect()
        }
        Node::Word(_) | Node::List(_) | Node::Gap { .. } | Node::Mark(_) => Vec::new(),
    }
}

/// Two halves of about one size. Alternatives of one unit share a position, so they stay together.
fn halves_of(branches: &[Node]) -> Option<[Node; 2]> {
    let (short, long): (Vec<&Node>, Vec<&Node>) = branches.iter().partition(|branch| is_of_one_unit(branch));
    let mut groups: Vec<Vec<Node>> = long.into_iter().map(|branch| vec![branch.clone()]).collect();
    if !short.is_empty() {
        groups.insert(0, short.into_iter().cloned().collect());
    }
    let part = |groups: &[Vec<Node>]| {
        let mut branches = groups.concat();
        if branches.len() == 1 { branches.remove(0) } else { Node::Either(branches) }
    };
    let cuts = (1..groups.len()).map(|cut| [part(&groups[..cut]), part(&groups[cut..])]);
    cuts.min_by_key(|halves| halves.iter().map(size).max())
}

/// Whether it is one word, not taken apart.
fn is_of_one_unit(node: &Node) -> bool {
    match node {
        Node::Word(Word::Exact(word)) => !word.contains('\''),
        Node::Word(_) | Node::List(_) => true,
        Node::Sequence(_) | Node::Either(_) | Node::Optional(_) | Node::Gap { .. } | Node::Mark(_) => false,
    }
}

/// About how many positions a pattern needs.
fn size(node: &Node) -> usize {
    match node {
        Node::Sequence(parts) => parts.iter().map(size).sum(),
        Node::Either(branches) => {
            let long: usize = branches.iter().filter(|branch| !is_of_one_unit(branch)).map(size).sum();
            long + usize::from(branches.iter().any(is_of_one_unit))
        }
        Node::Optional(inner) => size(inner),
        Node::Gap { max, .. } => *max,
        // A contraction has two units.
        Node::Word(_) => 1 + usize::from(!is_of_one_unit(node)),
        Node::List(_) | Node::Mark(_) => 1,
    }
}
