//! A change: what kind it is, whom it concerns, and what is said of it.

use smol_str::SmolStr;

use crate::sentence::Sentence;
use crate::syntax::Span;

/// What a change does to citizens and to dossiers in flight, the harmless first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Nobody has to do more, or is promised less.
    Compatible,
    /// The citizen has to do less, may do more, or is promised more.
    Loosening,
    /// Somebody has to do more, may do less, or is promised less; also what cannot be shown to be harmless.
    Tightening,
    /// A dossier in flight, or a command by the old text, would be refused.
    Breaking,
}

impl Class {
    /// All classes, the gravest first.
    pub const ALL: [Self; 4] = [Self::Breaking, Self::Tightening, Self::Loosening, Self::Compatible];

    /// Returns its name in formats and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Loosening => "loosening",
            Self::Tightening => "tightening",
            Self::Breaking => "breaking",
        }
    }
}

/// Whom a change concerns first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Whom {
    /// Who applies, and others who stand outside of the organisation.
    Citizen,
    /// The offices.
    Office,
    /// Dossiers that are under way.
    Dossiers,
    /// Programs that give commands or keep dossiers.
    Systems,
}

impl Whom {
    /// Returns its name in formats.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Office => "office",
            Self::Dossiers => "dossiers",
            Self::Systems => "systems",
        }
    }
}

macro_rules! kinds {
    ($($class:ident { $($name:ident = $id:literal),* $(,)? })*) => {
        /// What kind of change it is. `docs/diff.md` has the reason why each is classed as it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[doc = concat!("`", $id, "`")] $name,)*)*
        }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)*)*];

            /// Returns its stable id.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $($(Self::$name => $id,)*)*
                }
            }

            /// Returns what it does to citizens and to dossiers in flight.
            #[must_use]
            pub fn class(self) -> Class {
                match self {
                    $($(Self::$name)|* => Class::$class,)*
                }
            }
        }
    };
}

kinds! {
    Breaking {
        VersionEdited = "version-edited",
        VersionLower = "version-lower",
        ProcedureGone = "procedure-gone",
        StateStranded = "state-stranded",
        ClockGone = "clock-gone",
        FieldGone = "field-gone",
        FieldType = "field-type",
        ChoiceGone = "choice-gone",
        CommandGone = "command-gone",
    }
    Tightening {
        CalendarOther = "calendar-other",
        RangeNarrower = "range-narrower",
        PatternOther = "pattern-other",
        FieldRequired = "field-required",
        DefaultOther = "default-other",
        PersonalGone = "personal-gone",
        DocumentNew = "document-new",
        CopiesMore = "copies-more",
        OriginalAsked = "original-asked",
        DocumentAlways = "document-always",
        DocumentCondition = "document-condition",
        RoleOutside = "role-outside",
        FinalGone = "final-gone",
        StateKind = "state-kind",
        OutcomeOther = "outcome-other",
        HolderCitizen = "holder-citizen",
        BranchNew = "branch-new",
        BranchOther = "branch-other",
        JoinOther = "join-other",
        CallNew = "call-new",
        CallOther = "call-other",
        LimitLonger = "limit-longer",
        LimitEither = "limit-either",
        LimitGone = "limit-gone",
        LimitCondition = "limit-condition",
        TimeShorter = "time-shorter",
        TimeEither = "time-either",
        TimeNew = "time-new",
        ConsentLater = "consent-later",
        RefusalSooner = "refusal-sooner",
        SilenceEither = "silence-either",
        ByItselfSooner = "by-itself-sooner",
        ByItselfLater = "by-itself-later",
        ByItselfEither = "by-itself-either",
        ClockStarts = "clock-starts",
        ClockEnds = "clock-ends",
        ClockAnchor = "clock-anchor",
        StopsWith = "stops-with",
        SuspensionNew = "suspension-new",
        SuspensionEdges = "suspension-edges",
        RestartNew = "restart-new",
        TimerNew = "timer-new",
        TimerGone = "timer-gone",
        TimerAnchor = "timer-anchor",
        ExtensionNew = "extension-new",
        ExtensionMore = "extension-more",
        ExtensionOther = "extension-other",
        ReappointmentNew = "reappointment-new",
        ReappointmentOther = "reappointment-other",
        BackdatingOther = "backdating-other",
        CorrectingOther = "correcting-other",
        FourEyesNew = "four-eyes-new",
        FourEyesGone = "four-eyes-gone",
        RungGone = "rung-gone",
        RungOther = "rung-other",
        RungTakes = "rung-takes",
        RightGone = "right-gone",
        WayGone = "way-gone",
        AutomaticNew = "automatic-new",
        AutomaticGone = "automatic-gone",
        ConsentGone = "consent-gone",
        RefusalNew = "refusal-new",
        SilenceMeans = "silence-means",
        SilenceAnnounced = "silence-announced",
        LeadsElsewhere = "leads-elsewhere",
        GiverGone = "giver-gone",
        NeedNew = "need-new",
        GuardNew = "guard-new",
        GuardOther = "guard-other",
        OtherwiseOther = "otherwise-other",
        OnceNew = "once-new",
        LinesOther = "lines-other",
        EffectOther = "effect-other",
        LogOther = "log-other",
        FormGone = "form-gone",
        NoticeGone = "notice-gone",
        FunctionOther = "function-other",
        TableOther = "table-other",
        RowNew = "row-new",
        RowGone = "row-gone",
        RowOther = "row-other",
        FeeHigher = "fee-higher",
        FeeOther = "fee-other",
        AppliesGone = "applies-gone",
        RequirementNew = "requirement-new",
        ResultGone = "result-gone",
        PaperNew = "paper-new",
        HandInGone = "hand-in-gone",
        OtherUnsaid = "other-unsaid",
    }
    Loosening {
        ChoiceNew = "choice-new",
        RangeWider = "range-wider",
        PatternGone = "pattern-gone",
        FieldOptional = "field-optional",
        DocumentGone = "document-gone",
        CopiesFewer = "copies-fewer",
        CopyEnough = "copy-enough",
        DocumentConditional = "document-conditional",
        BranchGone = "branch-gone",
        CallGone = "call-gone",
        ClockNew = "clock-new",
        LimitShorter = "limit-shorter",
        LimitNew = "limit-new",
        TimeLonger = "time-longer",
        TimeGone = "time-gone",
        ConsentSooner = "consent-sooner",
        RefusalLater = "refusal-later",
        SuspensionGone = "suspension-gone",
        RestartGone = "restart-gone",
        ExtensionGone = "extension-gone",
        ExtensionLess = "extension-less",
        ReappointmentGone = "reappointment-gone",
        RightNew = "right-new",
        ConsentNew = "consent-new",
        RefusalGone = "refusal-gone",
        GiverNew = "giver-new",
        NeedGone = "need-gone",
        GuardGone = "guard-gone",
        OnceGone = "once-gone",
        FeeLower = "fee-lower",
        AppliesNew = "applies-new",
        RequirementGone = "requirement-gone",
        PaperGone = "paper-gone",
        HandInNew = "hand-in-new",
    }
    Compatible {
        VersionNew = "version-new",
        VersionPeriod = "version-period",
        ProcedureNew = "procedure-new",
        Renamed = "renamed",
        OrderOther = "order-other",
        FieldNew = "field-new",
        PersonalNew = "personal-new",
        RoleNew = "role-new",
        RoleGone = "role-gone",
        StateNew = "state-new",
        StateGone = "state-gone",
        FinalNew = "final-new",
        HolderOther = "holder-other",
        LimitSame = "limit-same",
        RungNew = "rung-new",
        WayNew = "way-new",
        FormNew = "form-new",
        NoticeNew = "notice-new",
        NoticeOther = "notice-other",
        FunctionNew = "function-new",
        FunctionGone = "function-gone",
        TableNew = "table-new",
        TableGone = "table-gone",
        RecordOther = "record-other",
        ResultNew = "result-new",
        BasisNew = "basis-new",
        BasisGone = "basis-gone",
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What kind it is.
    pub kind: Kind,
    /// Whom it concerns first.
    pub whom: Whom,
    /// What it is about, by the names that NEW has: states, a clock, a field. Empty for the procedure as a whole.
    pub of: Vec<SmolStr>,
    /// What is said of it, in the author's words.
    pub what: Sentence,
    /// Where it stood, in the files of OLD.
    pub old: Option<Span>,
    /// Where it stands, in the files of NEW.
    pub new: Option<Span>,
}

impl Change {
    /// Returns a change of the procedure as a whole.
    pub(super) fn new(kind: Kind, whom: Whom, what: impl Into<Sentence>) -> Self {
        Self { kind, whom, of: Vec::new(), what: what.into(), old: None, new: None }
    }

    /// Returns the change of one thing.
    pub(super) fn of(mut self, name: &SmolStr) -> Self {
        // The state before the opening has no name that people know.
        self.of.extend((!name.starts_with('(')).then(|| name.clone()));
        self
    }

    /// Returns the change with its places.
    pub(super) fn at(mut self, old: impl Into<Option<Span>>, new: impl Into<Option<Span>>) -> Self {
        (self.old, self.new) = (old.into(), new.into());
        self
    }

    /// Returns what it does to citizens and to dossiers in flight.
    #[must_use]
    pub fn class(&self) -> Class {
        self.kind.class()
    }
}

/// Changes as they are found.
#[derive(Debug, Default)]
pub(super) struct Found(Vec<Change>);

impl Found {
    /// Notes a change; one that a line makes in several states is one change.
    pub(super) fn add(&mut self, change: Change) {
        let same = |known: &&mut Change| {
            (known.kind, known.whom, known.old, known.new) == (change.kind, change.whom, change.old, change.new)
                && known.what == change.what
                && !known.of.is_empty()
                && !change.of.is_empty()
                && (change.old.is_some() || change.new.is_some())
        };
        match self.0.iter_mut().find(same) {
            Some(known) => known.of.extend(change.of),
            None => self.0.push(change),
        }
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether nothing was found besides what a version says of itself.
    pub(super) fn is_bare(&self) -> bool {
        self.0.iter().all(|change| {
            matches!(
                change.kind,
                Kind::VersionNew | Kind::VersionLower | Kind::VersionEdited | Kind::VersionPeriod | Kind::Renamed
            ) || matches!(change.kind, Kind::BasisNew | Kind::BasisGone | Kind::RecordOther)
        })
    }

    /// Returns them, the gravest first.
    pub(super) fn sorted(mut self) -> Vec<Change> {
        self.0.sort_by_key(|change| std::cmp::Reverse(change.class()));
        self.0
    }
}
