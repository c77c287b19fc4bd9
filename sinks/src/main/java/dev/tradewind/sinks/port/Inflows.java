package dev.tradewind.sinks.port;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What links bring into one site: committed offsets of consumer groups, from whichever other site.
 * A group's offset for a topic may come over every link that has a mirror of the topic at either of
 * its ends, so not only from where the group runs.
 *
 * <p>The end of a link that writes at a site is that site's: no other site is asked or changed by
 * these calls, and one that doesn't answer is no matter. Every call can be made again: what is so
 * already stays so. No call takes longer than {@link Sites#callTimeoutMillis()}.
 */
public interface Inflows {
    String site();

    /** Every link into the site that a connection names and that exists, by where it comes from. */
    Map<String, Inflow> observe(Collection<String> groups) throws PortException;

    /**
     * From now on these groups' offsets are not written here. What a round that has begun has read
     * already may still be.
     *
     * @param groups by the site that they come from
     */
    void exclude(Map<String, List<String>> groups) throws PortException;

    /** Takes {@link #exclude} back. */
    void include(Map<String, List<String>> groups) throws PortException;
}
