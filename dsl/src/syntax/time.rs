//! What is timed: timers, terms, anchors, clocks and their ladders.

use motcua_engine::TimeOfDay;
use motcua_engine::calendar::{Ends, FirstDay, MonthEnd, Roll, Unit};
use smol_str::SmolStr;

use super::{Action, Code, Span, Text, Transition, Word};

