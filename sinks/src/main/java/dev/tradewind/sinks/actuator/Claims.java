package dev.tradewind.sinks.actuator;

import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Step;
import dev.tradewind.sinks.handover.StepKind;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which leases a command is to have before it looks, and before it acts. */
final class Claims {
    private final Observer observer;
    private final Leases leases;
    private boolean begun;

    Claims(Observer observer, Leases leases) {
        this.observer = observer;
        this.leases = leases;
    }

    /**
     * At every site that takes part and answers; while the source is to be started, there alone.
     *
     * @return where another has it; empty: go on
     */
    Optional<String> take(Set<String> known) throws InterruptedException {
        Set<String> wanted = new TreeSet<>(observer.route().involved());
        wanted.retainAll(known);
        boolean ahead = !begun && observer.lookAhead();
        begun = true;
        // all in the same order, so that no two wait for each other
        for (String at : wanted) {
            if (observer.passesOver(at)) {
                continue;
            }
            Leases.Answer answer = leases.hold(at);
            if (answer == Leases.Answer.OTHERS) {
                return Optional.of(at);
            }
            boolean waited = answer == Leases.Answer.TAKEN && !ahead;
            if (waited && at.equals(observer.route().source())) {
                observer.lookAhead();
            }
        }
        return Optional.empty();
    }

    /**
     * For as long as a call takes. A look takes as long as silent sites are waited for, and then
     * the leases may have to be renewed; as long as they were not lost what it saw is nobody else's
     * doing, and another look would take as long.
     */
    boolean holdAll(Step step, Observation seen) {
        Set<String> needed = needed(step, seen);
        return needed.stream().allMatch(leases::outlastsACall)
                || needed.stream().allMatch(at -> leases.hold(at) == Leases.Answer.HELD)
                        && needed.stream().allMatch(leases::outlastsACall);
    }

    /**
     * Where it acts, and every site that takes part and could be looked at; but to start the source
     * again before the point of no return only there.
     */
    private Set<String> needed(Step step, Observation seen) {
        Set<String> needed = new TreeSet<>(Set.of(step.site()));
        if (step.kind() == StepKind.RESTORE_SOURCE && observer.route().hasPointOfNoReturn()) {
            // its site keeps the decision, and a target that is silent by now is not waited for
            return needed;
        }
        for (String at : observer.route().involved()) {
            SiteState state = seen.sites().get(at);
            // where nobody can have it nothing can be written either
            if (state != null && state.reachable() && leases.refusal(at) == null) {
                needed.add(at);
            }
        }
        return needed;
    }
}
