package dev.tradewind.rules.cel;

import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.Expressions.Checked;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A condition on sites: CEL over {@code site}, which has {@code name}, {@code zone}, {@code
 * connection} (strings), {@code labels} and {@code values} (maps of strings), {@code pue} (double)
 * and {@code drain} (bool). A label that a site doesn't have makes the condition false for that
 * site, also under {@code !}; {@code has(site.labels.x)} asks for it.
 *
 * <p>Immutable and safe for threads. Compiled expressions are kept in a bounded cache.
 */
public final class SitePredicate {
    /** Holds for every site. */
    public static final String ALL = "true";

    private static final MapType STRINGS = MapType.create(SimpleType.STRING, SimpleType.STRING);
    private static final Expressions EXPRESSIONS =
            new Expressions(
                    "site",
                    Map.of(
                            "name", SimpleType.STRING,
                            "zone", SimpleType.STRING,
                            "connection", SimpleType.STRING,
                            "labels", STRINGS,
                            "values", STRINGS,
                            "pue", SimpleType.DOUBLE,
                            "drain", SimpleType.BOOL),
                    Map.of(
                            "name",
                            "probe",
                            "zone",
                            "probe",
                            "connection",
                            "probe",
                            "labels",
                            Map.of(),
                            "values",
                            Map.of(),
                            "pue",
                            1.0,
                            "drain",
                            false));

    private final Checked checked;

    private SitePredicate(Checked checked) {
        this.checked = checked;
    }

    /**
     * @throws BadExpression an IllegalArgumentException with what is wrong and where
     */
    public static SitePredicate compile(String text) {
        return new SitePredicate(EXPRESSIONS.compile(text));
    }

    public boolean test(Site site) {
        return holds(value(site));
    }

    /** Of the {@link #value} of a site. */
    boolean holds(Map<String, ?> value) {
        return EXPRESSIONS.holds(checked, value);
    }

    Optional<Asked> asked() {
        return checked.asked();
    }

    /** Why it doesn't hold for a site; empty where it holds. */
    public Optional<String> whyNot(Site site) {
        return EXPRESSIONS.whyNot(checked, value(site));
    }

    /**
     * What of a site is to blame that it doesn't hold, such as {@code labels.jurisdiction}; empty
     * where it holds or that can't be said. Takes a millisecond: for people, not for each reading.
     */
    public List<String> blame(Site site) {
        return EXPRESSIONS.blame(checked.toString(), value(site));
    }

    static Map<String, Object> value(Site site) {
        Map<String, Object> value = new HashMap<>();
        value.put("name", site.name());
        value.put("zone", site.zone() == null ? "" : site.zone());
        value.put("connection", site.connection() == null ? "" : site.connection());
        value.put("labels", site.labels());
        value.put("values", site.values());
        value.put("pue", site.pue());
        value.put("drain", site.drain());
        return value;
    }

    static int cached() {
        return EXPRESSIONS.cached();
    }

    @Override
    public String toString() {
        return checked.toString();
    }
}
