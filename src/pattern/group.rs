/*!
Groups of programs: what a sentence is searched for together, such as the rules of one family of markers.
*/

/// A group of programs that are found through their anchors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group(u8);

impl Group {
    /// So many groups can be told apart.
    pub const MAX: usize = 32;

    /// The group of this number; those from [`Group::MAX`] on are one with the last.
    pub fn new(number: usize) -> Group {
        Group(number.min(Group::MAX - 1) as u8)
    }

    /// Its number.
    pub(super) fn number(self) -> u8 {
        self.0
    }
}

/// A set of groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Groups(u32);

impl Groups {
    /// Every group there can be.
    pub const ALL: Groups = Groups(u32::MAX);

    /// These and one more.
    #[must_use]
    pub fn with(self, group: Group) -> Groups {
        Groups(self.0 | 1 << group.0)
    }

    /// These without one.
    #[must_use]
    pub fn without(self, group: Group) -> Groups {
        Groups(self.0 & !(1 << group.0))
    }

    /// Whether the group is one of these.
    pub fn has(self, group: Group) -> bool {
        self.0 >> group.0 & 1 == 1
    }

    /// Whether a group is in both sets.
    pub fn meet(self, other: Groups) -> bool {
        self.0 & other.0 != 0
    }
}
