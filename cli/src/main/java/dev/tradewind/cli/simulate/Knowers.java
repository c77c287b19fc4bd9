package dev.tradewind.cli.simulate;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Offsets of a group that a late write has taken back can be put right by whoever has looked before
 * that, after the application's last commit, and by nobody else. What is noted at the site
 * everybody knows.
 */
final class Knowers {
    private final World world;

    /** The process that carries commands out by now. */
    Machine inOffice;

    /** By group: where its application has committed last. */
    private final Map<String, String> lastAt = new HashMap<>();

    /** By group whose offsets were taken back there since. */
    private final Map<String, Set<Machine>> before = new HashMap<>();

    private final Set<String> lost = new TreeSet<>();

    Knowers(World world) {
        this.world = world;
    }

    void committed(String site, String group) {
        lastAt.put(group, site);
    }

    /**
     * They are taken back.
     *
     * @param looked since the last commit
     */
    void keep(String site, String group, Set<Machine> looked) {
        Deployed here = world.app(site, "shop/" + group);
        if (site.equals(lastAt.get(group)) && here.noted == null) {
            // restarted in place it has no member for a moment, and nobody is to look then
            before.putIfAbsent(group, here.desired() > 0 ? Set.of() : Set.copyOf(looked));
        }
    }

    /**
     * Its application begins.
     *
     * @param unseen they were taken back where it begins, and nobody has looked since, or what was
     *     to put them right came too late
     */
    void goesOn(String group, boolean unseen) {
        if (world.plan.group() && (unseen || isUnknown(group))) {
            world.tell("offsets of %s were taken back, and nobody could know", group);
            lost.add(group);
        }
        before.remove(group);
    }

    private boolean isUnknown(String group) {
        return before.containsKey(group) && !before.get(group).contains(inOffice);
    }

    /**
     * So it may have done again what it had done, or will when it goes on, and has lost nothing.
     * What goes on after the last record that it wrote doesn't go by offsets.
     */
    boolean nobodyKnew(String workload) {
        String group = World.group(workload);
        return world.plan.group() && (lost.contains(group) || isUnknown(group));
    }
}
