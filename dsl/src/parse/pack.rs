//! Gives back the room that the lists of a tree do not need. A tree is kept as long as its file is, and most of its lists hold one
//! thing or two, where they grew for four.

use crate::syntax::{
    Action, Clock, File, From, Item, OnCommand, Procedure, RungAt, Shared, State, Transition, Trigger, TypeName,
};

/// Packs all that is kept of a file.
pub(super) fn pack(file: &mut File) {
    file.items.shrink_to_fit();
    file.exemptions.shrink_to_fit();
    for item in &mut file.items {
        match item {
            Item::Procedure(written) => procedure(written),
            Item::Test(test) => test.steps.shrink_to_fit(),
            Item::Use(_) | Item::Organisation(_) | Item::Calendar(_) | Item::Script(_) | Item::Table(_) => {}
        }
    }
}

fn procedure(procedure: &mut Procedure) {
    procedure.record.shrink_to_fit();
    procedure.data.shrink_to_fit();
    procedure.documents.shrink_to_fit();
    procedure.roles.shrink_to_fit();
    procedure.clocks.shrink_to_fit();
    procedure.timers.shrink_to_fit();
    procedure.states.shrink_to_fit();
    procedure.shared.shrink_to_fit();
    procedure.scripts.shrink_to_fit();
    for field in &mut procedure.data {
        if let TypeName::OneOf(values, _) = &mut field.ty {
            values.shrink_to_fit();
        }
    }
    procedure.clocks.iter_mut().for_each(clock);
    for timer in &mut procedure.timers {
        timer.from.shrink_to_fit();
        transition(&mut timer.transition);
    }
    procedure.states.iter_mut().for_each(state);
    for Shared { from, transition: shared, .. } in &mut procedure.shared {
        if let From::States(states) = from {
            states.shrink_to_fit();
        }
        transition(shared);
    }
}

fn clock(clock: &mut Clock) {
    clock.limits.shrink_to_fit();
    clock.from.shrink_to_fit();
    clock.until.shrink_to_fit();
    clock.suspends.shrink_to_fit();
    clock.restarts.shrink_to_fit();
    clock.rungs.shrink_to_fit();
    clock.basis.shrink_to_fit();
    for limit in &mut clock.limits {
        limit.basis.shrink_to_fit();
    }
    for suspends in &mut clock.suspends {
        suspends.states.shrink_to_fit();
        suspends.on.shrink_to_fit();
        suspends.until.shrink_to_fit();
        suspends.basis.shrink_to_fit();
    }
    for OnCommand { on, basis, .. } in &mut clock.restarts {
        on.shrink_to_fit();
        basis.shrink_to_fit();
    }
    for rung in &mut clock.rungs {
        actions(&mut rung.actions);
        if let RungAt::Every { until: Some(until), .. } = &mut rung.at {
            until.by.shrink_to_fit();
        }
    }
}

fn state(state: &mut State) {
    actions(&mut state.entry);
    actions(&mut state.exit);
    state.basis.shrink_to_fit();
    state.transitions.shrink_to_fit();
    state.transitions.iter_mut().for_each(transition);
    if let Some(parallel) = &mut state.parallel {
        parallel.branches.shrink_to_fit();
    }
}

fn transition(transition: &mut Transition) {
    transition.by.shrink_to_fit();
    transition.needs.shrink_to_fit();
    transition.basis.shrink_to_fit();
    actions(&mut transition.actions);
    if let Trigger::Window { commands: names, .. } | Trigger::Outcome { outcomes: names, .. } = &mut transition.trigger
    {
        names.shrink_to_fit();
    }
}

fn actions(actions: &mut Vec<Action>) {
    actions.shrink_to_fit();
    for action in actions {
        if let Action::Notify(recipients, _) = action {
            recipients.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::parse;
    use crate::source::Source;
    use crate::syntax::Item;

    #[test]
    fn lists_of_a_tree_have_no_room_to_spare() {
        let text = "procedure p { roles { a b c }\n clock k { limit 3 days runs from s until done }\n \
                    on open by a -> s\n state s { on x -> s notify a \"n\" on y by a, b -> s on z -> done }\n state done final }";
        let (file, findings) = parse(0, &Source { path: "p.tthc".into(), text: text.into() });
        assert_eq!((findings.len(), file.items.capacity()), (0, 1));
        let Some(Item::Procedure(procedure)) = file.items.first() else { panic!("a procedure") };
        let [state, _] = procedure.states.as_slice() else { panic!("two states") };
        assert_eq!((procedure.states.capacity(), procedure.roles.capacity(), procedure.clocks.capacity()), (2, 3, 1));
        assert_eq!(state.transitions.capacity(), 3);
        assert_eq!(state.transitions.iter().map(|way| way.actions.capacity()).collect::<Vec<_>>(), [1, 0, 0]);
        assert_eq!(state.transitions.iter().map(|way| way.by.capacity()).collect::<Vec<_>>(), [0, 2, 0]);
    }
}
