package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which sites a command is about, and in which role.
 *
 * @param source where it runs now; null: nowhere
 * @param target where it shall run; null: nowhere
 * @param inputsHome where what it reads is written; null: it reads nothing
 * @param ownedHome where its owned topics are writable; null: it owns none
 * @param groupsHome where its groups have committed last; null: it has none
 * @param inputs topics
 * @param owned topics
 * @param groups consumer groups
 * @param keeper the site that keeps what was decided, where it isn't the one that would have to run
 *     again; or null
 */
public record Route(
        String source,
        String target,
        String inputsHome,
        String ownedHome,
        String groupsHome,
        List<String> inputs,
        List<String> owned,
        List<String> groups,
        String keeper) {

    /**
     * @param inputsHome as found, where the command doesn't say
     * @param ownedHome alike; a workload that runs has its owned topics where it runs
     */
    public static Route of(Command command, String inputsHome, String ownedHome) {
        List<String> inputs = inputs(command.spec());
        List<String> owned = owned(command.spec());
        List<String> groups = groups(command.spec());
        String inputsAt = inputs.isEmpty() ? null : or(home(command.spec()), inputsHome);
        String ownedAt =
                owned.isEmpty()
                        ? null
                        : or(
                                or(command.dataHome(), command.from()),
                                or(home(command.spec()), ownedHome));
        boolean atHome = command.from() != null && command.from().equals(command.to());
        if (command.action() == Command.Action.reclaim && atHome) {
            // only what links do to its groups there is seen to
            String at = command.from();
            return new Route(
                    null, at, null, null, groups.isEmpty() ? null : at, inputs, owned, groups, at);
        }
        if (command.action() == Command.Action.reclaim) {
            // the site that is back is where the mirrors are to be
            return new Route(
                    null,
                    command.from(),
                    null,
                    owned.isEmpty() ? null : command.to(),
                    null,
                    List.of(),
                    owned,
                    groups,
                    command.from());
        }
        if (command.action() == Command.Action.failover) {
            // offsets are those that the target has: nobody else can be asked
            return new Route(
                    command.from(),
                    command.to(),
                    inputsAt,
                    owned.isEmpty() ? null : command.from(),
                    groups.isEmpty() ? null : command.to(),
                    inputs,
                    owned,
                    groups,
                    command.to());
        }
        String groupsAt =
                groups.isEmpty()
                        ? null
                        : or(command.from(), or(command.dataHome(), or(ownedAt, inputsAt)));
        return new Route(
                command.from(),
                command.to(),
                inputsAt,
                ownedAt,
                groupsAt,
                inputs,
                owned,
                groups,
                null);
    }

    /** The command doesn't say where its inputs are written: it has to be found out. */
    public static boolean inputsHomeUnknown(Command command) {
        return !inputs(command.spec()).isEmpty() && home(command.spec()) == null;
    }

    /** The command doesn't say where its owned topics are writable: it has to be found out. */
    public static boolean ownedHomeUnknown(Command command) {
        return !owned(command.spec()).isEmpty()
                && command.dataHome() == null
                && command.from() == null
                && home(command.spec()) == null;
    }

    public static List<String> inputs(WorkloadSpec spec) {
        return spec == null || spec.topics() == null ? List.of() : copy(spec.topics().inputs());
    }

    public static List<String> owned(WorkloadSpec spec) {
        return spec == null || spec.topics() == null ? List.of() : copy(spec.topics().owned());
    }

    public static List<String> groups(WorkloadSpec spec) {
        return spec == null ? List.of() : copy(spec.consumerGroups());
    }

    private static String home(WorkloadSpec spec) {
        return spec == null || spec.topics() == null ? null : spec.topics().home();
    }

    /** It leaves a site for another. */
    public boolean vacates() {
        return source != null && !source.equals(target);
    }

    /** Its inputs come over a link. */
    public boolean mirrorsInputs() {
        return !inputs.isEmpty() && !Objects.equals(inputsHome, target);
    }

    /** Its owned topics change sides. */
    public boolean handsOver() {
        return !owned.isEmpty() && !Objects.equals(ownedHome, target);
    }

    /** Its groups' offsets come from another site. */
    public boolean alignsGroups() {
        return !groups.isEmpty() && groupsHome != null && !groupsHome.equals(target);
    }

    /**
     * Where no link may write the groups' offsets: where the workload shall run, from its first
     * start there on, for each time that it stops it has no members to keep a link away; and, while
     * they are carried over, where they are read. Of one that is to stop: where it runs.
     */
    public List<String> offsetSites() {
        if (groups.isEmpty() || target == null && source == null) {
            return List.of();
        }
        if (target == null) {
            return List.of(source);
        }
        return alignsGroups() ? List.of(target, groupsHome) : List.of(target);
    }

    /** What the target does once it runs cannot be undone by starting the source again. */
    public boolean hasPointOfNoReturn() {
        return target != null && (handsOver() || alignsGroups() || vacates() && hasTopics());
    }

    public boolean hasTopics() {
        return !inputs.isEmpty() || !owned.isEmpty();
    }

    /** Where a topic's records come from; null: not known. */
    public String home(String topic) {
        return owned.contains(topic) ? ownedHome : inputsHome;
    }

    /** Every topic, once. */
    public List<String> topics() {
        List<String> all = new ArrayList<>(inputs);
        owned.stream().filter(t -> !all.contains(t)).forEach(all::add);
        return all;
    }

    /**
     * The site that keeps what was decided: the one that would have to run again. It decides
     * whether there is a way back, so it must be asked for that, and no other.
     */
    public String markSite() {
        if (keeper != null) {
            return keeper;
        }
        return vacates() ? source : or(ownedHome, or(groupsHome, target));
    }

    /** Sites without which nothing can be decided. */
    public Set<String> involved() {
        Set<String> sites = new TreeSet<>();
        for (String site :
                new String[] {source, target, inputsHome, ownedHome, groupsHome, markSite()}) {
            if (site != null) {
                sites.add(site);
            }
        }
        return sites;
    }

    private static List<String> copy(List<String> list) {
        return list == null ? List.of() : list.stream().distinct().toList();
    }

    private static String or(String given, String otherwise) {
        return given != null ? given : otherwise;
    }
}
