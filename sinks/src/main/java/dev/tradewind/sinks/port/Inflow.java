package dev.tradewind.sinks.port;

import java.util.Map;

/**
 * A link as far as it brings committed offsets of consumer groups into a site.
 *
 * @param link its name
 * @param syncMillis from one round of its offset sync to the next
 * @param groups each group that was asked about
 */
public record Inflow(String link, long syncMillis, Map<String, Sync> groups) {

    /** Whether the link writes a group's offsets. */
    public enum Sync {
        /** It syncs no offsets at all, or not this group's, as its operator wants it. */
        OFF,
        /** It leaves this group alone because it was told to by us. */
        EXCLUDED,
        /** It does, also over newer ones, unless the group has members at the site. */
        SYNCED
    }

    public Inflow {
        groups = Map.copyOf(groups);
    }

    public Sync sync(String group) {
        return groups.getOrDefault(group, Sync.OFF);
    }
}
