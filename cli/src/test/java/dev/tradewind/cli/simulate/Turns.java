package dev.tradewind.cli.simulate;

import dev.tradewind.cli.simulate.Picture.Arrow;
import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.actuator.Surroundings.Core;
import dev.tradewind.sinks.handover.Handover;
import dev.tradewind.sinks.handover.Observation;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Step;
import dev.tradewind.sinks.handover.StepKind;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which step comes after which: from one look of an actuator at a command to its next that shows
 * another step. Where it waits and something can't be looked at, it is taken to be where it was. It
 * is put around the parts of a simulation.
 */
final class Turns {
    /** What one actuator has come to with a command. */
    private record At(StepKind kind, Map<StepKind, Progress> progress) {
        /** Null: it began where nothing could be looked at. */
        boolean ends() {
            return kind != null && kind.ends();
        }
    }

    private final Map<Arrow, Integer> counts = new ConcurrentHashMap<>();

    /** Asked by one process alone. */
    private final class Process implements Core {
        private final Core core;
        private final Map<String, At> commands = new HashMap<>();

        Process(Core core) {
            this.core = core;
        }

        @Override
        public Step next(Command command, Observation seen) {
            Step step = core.next(command, seen);
            At last = commands.get(command.commandId());
            // what is put away after an end does not follow from it
            boolean begins = last == null || last.ends() || seen.progress().isEmpty();
            StepKind from = begins ? null : last.kind;
            boolean follows =
                    step.kind() == StepKind.REVERSE
                            || step.kind() == StepKind.PROMOTE
                            || step.kind() == StepKind.RESTORE_SOURCE;
            if (!begins && last.progress == seen.progress() && !follows) {
                // what follows from a decision is looked for again, unless topics change sides or
                // the source is started
                return step;
            }
            StepKind at = step.kind();
            boolean first = begins && isNew(command, seen);
            if (isBlind(command, seen, step) && !(first && at == StepKind.CHECK)) {
                at = from;
            } else if (from != null) {
                count(from.text(), at);
            } else if (first) {
                count(Picture.BEGIN, at);
            }
            commands.put(command.commandId(), new At(at, seen.progress()));
            return step;
        }
    }

    /** It waits, and something could not be looked at. */
    private static boolean isBlind(Command command, Observation seen, Step step) {
        return !step.acts()
                && !step.kind().ends()
                && (!seen.dataProblems().isEmpty()
                        || Handover.route(command, seen).involved().stream()
                                .map(seen.sites()::get)
                                .anyMatch(site -> site != null && !site.reachable()));
    }

    /** Nobody has begun with it. */
    private static boolean isNew(Command command, Observation seen) {
        return seen.sites().values().stream()
                .noneMatch(s -> s.reachable() && s.app().epoch() == command.epoch());
    }

    Parts around(Parts parts) {
        return new Parts(
                () -> new Process(parts.core().get()),
                parts.sites(),
                parts.durable(),
                parts.lostEvery(),
                parts.lateRequests(),
                parts.jobsEvery());
    }

    private void count(String from, StepKind to) {
        if (!from.equals(to.text())) {
            counts.merge(new Arrow(from, to.text()), 1, Integer::sum);
        }
    }

    /** How often each came about. */
    Map<Arrow, Integer> counts() {
        return Map.copyOf(counts);
    }
}
