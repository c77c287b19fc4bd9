package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.rules.manifest.ManifestCheck;
import dev.tradewind.sinks.handover.Route;
import dev.tradewind.sinks.handover.Step;
import dev.tradewind.sinks.handover.Suitability;
import dev.tradewind.sinks.port.Cluster;
import dev.tradewind.sinks.port.DataPlane;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Carries a step out. */
final class Effects {
    /** A topic that was turned down as often is failed over, where that is allowed. */
    private static final int TOPIC_TRIES = 3;

    private final Command command;
    private final Sites sites;
    private final Manifests manifests;
    private final Observer observer;
    private final Time time;

    Effects(Command command, Sites sites, Manifests manifests, Observer observer, Time time) {
        this.command = command;
        this.sites = sites;
        this.manifests = manifests;
        this.observer = observer;
        this.time = time;
    }

    /**
     * @param tries how often this step was tried before
     */
    void carryOut(Step step, int tries) throws PortException {
        String workload = command.workload();
        long epoch = command.epoch();
        switch (step.kind()) {
            case PREFLIGHT -> preflight(step);
            case STAGE_TARGET -> apply(step, Mode.STAGED);
            case START_TARGET -> apply(step, Mode.RUNNING);
            case QUIESCE_SOURCE, STOP -> at(step).quiesce(workload, epoch);
            case RESTORE_MANIFESTS -> at(step).restore(workload, epoch);
            case CARRY_STATE -> at(step).carry(workload, epoch, step.subjects().get(0));
            case CARRY_ENDED -> at(step).carryEnded(workload, epoch, step.subjects());
            case RESTORE_SOURCE -> at(step).resume(workload, epoch);
            // marked before that: one who has slept may be about to make what is removed
            case QUIESCE_TARGET -> {
                at(step).mark(workload, observer.mark());
                at(step).quiesce(workload, epoch);
            }
            case REMOVE_TARGET -> {
                at(step).mark(workload, observer.mark());
                at(step).remove(workload, epoch);
            }
            case RETIRE_SOURCE, REMOVE -> at(step).remove(workload, epoch);
            case PRUNE -> at(step).prune(workload, allowed(step), epoch);
            case NOTE_OFFSETS -> at(step).note(workload, notes(step.site()), step.noted());
            case CUT -> decide(step, Mark.Kind.CUT);
            case COUNT -> decide(step, Mark.Kind.COUNTED);
            case GIVE_UP -> decide(step, Mark.Kind.BACK);
            case TURN_DOWN -> decide(step, Mark.Kind.REFUSED);
            case REBUILD_MIRRORS -> {
                for (String topic : step.subjects()) {
                    data(step).deleteStaleMirror(topic);
                }
            }
            case ENSURE_MIRRORS -> {
                for (String topic : step.subjects()) {
                    data(step).ensureMirror(topic);
                }
            }
            case EXCLUDE_GROUPS -> sites.inflows(step.site()).exclude(step.flows());
            case REINCLUDE_GROUPS, INCLUDE_GROUPS ->
                    sites.inflows(step.site()).include(step.flows());
            case WRITE_OFFSETS -> {
                for (String group : step.subjects()) {
                    data(step).writeOffsets(group, step.offsets().get(group), epoch);
                }
            }
            case TAKE_BACK, REVERSE -> accepted(step, tries, data(step).reverse(step.subjects()));
            case PROMOTE -> accepted(step, tries, data(step).promote(step.subjects()));
            case FAILOVER -> accepted(step, tries, data(step).failover(step.subjects()));
            case TRUNCATE -> accepted(step, tries, data(step).restore(step.subjects()));
            default -> throw new IllegalStateException(step.kind() + " is nothing to do");
        }
    }

    /** Only a stop decides anything by that; else it is written by what is in force there. */
    private long notes(String site) {
        return command.action() == Command.Action.stop ? command.epoch() : observer.inForce(site);
    }

    private void apply(Step step, Mode mode) throws PortException {
        List<String> all = allowed(step);
        if (command.from() == null) {
            at(step).applyAnew(command.workload(), all, command.epoch(), mode);
        } else if (tellsEnded(mode)) {
            at(step).apply(command.workload(), all, command.epoch(), mode, step.subjects());
        } else {
            at(step).apply(command.workload(), all, command.epoch(), mode);
        }
    }

    /** A failover stages what it can't ask a silent source about. */
    private boolean tellsEnded(Mode mode) {
        return observer.route().vacates()
                && (mode == Mode.RUNNING || command.action() == Command.Action.run);
    }

    private void decide(Step step, Mark.Kind kind) throws PortException {
        Mark mark = new Mark(kind, command.epoch(), step.message(), command.commandId());
        at(step).mark(command.workload(), mark);
        observer.decided(mark);
    }

    private void preflight(Step step) throws PortException {
        List<String> problems = new ArrayList<>(manifests.violations());
        if (problems.isEmpty()) {
            problems.addAll(Retained.of(command, observer.route(), sites, time.now()).problems());
            problems.addAll(unreadable());
            problems.addAll(unsuitable());
            problems.addAll(
                    at(step).preflight(command.workload(), manifests.rendered(), command.epoch()));
        }
        observer.preflight(List.copyOf(problems));
    }

    /** Savepoints are left where it runs, and read where it goes. */
    private List<String> unreadable() throws PortException {
        List<String> problems = new ArrayList<>();
        Set<String> involved = new TreeSet<>();
        if (observer.route().source() != null && command.action() == Command.Action.run) {
            involved.add(observer.route().source());
        }
        involved.add(observer.route().target());
        for (String directory : ManifestCheck.savepoints(manifests.rendered())) {
            for (String site : involved) {
                List<String> known = sites.savepoints(site);
                if (known != null && known.stream().noneMatch(k -> isWithin(directory, k))) {
                    problems.add(
                            "savepoints are left at "
                                    + directory
                                    + ", which is not where pods of "
                                    + site
                                    + " can read them, as its connection says: "
                                    + (known.isEmpty() ? "nowhere" : String.join(", ", known)));
                }
            }
        }
        return problems;
    }

    private static boolean isWithin(String directory, String known) {
        String parent = known.endsWith("/") ? known : known + "/";
        return (directory + "/").startsWith(parent);
    }

    /** A failover takes the mirrors that there are. */
    private List<String> unsuitable() throws PortException {
        Route route = observer.route();
        List<String> problems = new ArrayList<>();
        if (command.action() != Command.Action.run) {
            return problems;
        }
        Set<String> homes = new TreeSet<>();
        route.topics().stream()
                .map(route::home)
                .filter(home -> home != null && !home.equals(route.target()))
                .forEach(homes::add);
        for (String home : homes) {
            List<String> topics =
                    route.topics().stream().filter(t -> home.equals(route.home(t))).toList();
            problems.addAll(
                    Suitability.problems(
                            home,
                            route.target(),
                            sites.data(home, route.target()).survey(topics),
                            route));
        }
        return problems;
    }

    /** The guard has the last word, also where the dry run was made by another actuator. */
    private List<String> allowed(Step step) throws PortException {
        if (!manifests.violations().isEmpty()) {
            throw new PortException(
                    PortException.Kind.REFUSED,
                    step.site(),
                    String.join("; ", manifests.violations()));
        }
        return manifests.rendered();
    }

    private static void accepted(Step step, int tries, Map<String, String> errors)
            throws PortException {
        if (!errors.isEmpty()) {
            throw new PortException(
                    tries + 1 < TOPIC_TRIES ? PortException.Kind.RETRY : PortException.Kind.REFUSED,
                    step.site(),
                    new TreeMap<>(errors).toString());
        }
    }

    private Cluster at(Step step) throws PortException {
        return sites.cluster(step.site());
    }

    private DataPlane data(Step step) throws PortException {
        return sites.data(step.peer(), step.site());
    }
}
