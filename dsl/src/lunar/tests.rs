//! The lunar calendar against dates that are known, its own laws, and how near its decisions come to midnight.

use motcua_engine::Day;

use super::*;
