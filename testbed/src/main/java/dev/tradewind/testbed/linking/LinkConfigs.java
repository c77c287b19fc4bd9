package dev.tradewind.testbed.linking;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The configuration of a link: recorded defaults of the real API, and what was set over them.
 * Immutable; unknown keys are dropped silently, as the real server does.
 */
record LinkConfigs(Map<String, String> set) {
    static final String BOOTSTRAP = "bootstrap.servers";
    static final String MODE = "link.mode";
    static final String CONNECTION = "connection.mode";
    static final String PREFIX = "cluster.link.prefix";
    static final String PAUSED = "cluster.link.paused";
    static final String RETRY_TIMEOUT = "cluster.link.retry.timeout.ms";
    static final String OFFSET_SYNC = "consumer.offset.sync.enable";
    static final String OFFSET_SYNC_MS = "consumer.offset.sync.ms";
    static final String GROUP_FILTERS = "consumer.offset.group.filters";

    /** Null as a default is a value that isn't there. */
    static final Map<String, String> DEFAULTS = defaults();

    private static final Set<String> READ_ONLY =
            Set.of(
                    BOOTSTRAP,
                    MODE,
                    CONNECTION,
                    PREFIX,
                    "metadata.max.age.ms",
                    "num.cluster.link.fetchers");
    private static final Set<String> SENSITIVE =
            Set.of(
                    "sasl.jaas.config",
                    "local.sasl.jaas.config",
                    "ssl.key.password",
                    "ssl.keystore.password",
                    "ssl.truststore.password");

    LinkConfigs {
        Map<String, String> known = new TreeMap<>(set);
        known.keySet().retainAll(DEFAULTS.keySet());
        set = Map.copyOf(known);
    }

    private static Map<String, String> defaults() {
        Map<String, String> d = new LinkedHashMap<>();
        d.put("acl.filters", "");
        d.put("acl.sync.enable", "false");
        d.put("acl.sync.ms", "5000");
        d.put("auto.create.mirror.topics.enable", "false");
        d.put("auto.create.mirror.topics.filters", "");
        d.put(BOOTSTRAP, null);
        d.put(PAUSED, "false");
        d.put(PREFIX, null);
        d.put(RETRY_TIMEOUT, "300000");
        d.put(CONNECTION, "OUTBOUND");
        d.put("consumer.group.prefix.enable", "false");
        d.put(GROUP_FILTERS, "");
        d.put(OFFSET_SYNC, "false");
        d.put(OFFSET_SYNC_MS, "30000");
        d.put(MODE, "DESTINATION");
        d.put("metadata.max.age.ms", "300000");
        d.put("num.cluster.link.fetchers", "1");
        d.put("request.timeout.ms", "30000");
        d.put("topic.config.sync.ms", "5000");
        d.put("security.protocol", "PLAINTEXT");
        d.put("sasl.mechanism", "GSSAPI");
        d.put("sasl.jaas.config", null);
        d.put("local.security.protocol", "PLAINTEXT");
        d.put("local.sasl.mechanism", "GSSAPI");
        d.put("local.sasl.jaas.config", null);
        d.put("ssl.key.password", null);
        d.put("ssl.keystore.password", null);
        d.put("ssl.truststore.password", null);
        return d;
    }

    String get(String name) {
        String value = set.get(name);
        return value == null ? DEFAULTS.get(name) : value;
    }

    boolean is(String name) {
        return Boolean.parseBoolean(get(name));
    }

    long millis(String name) {
        return Long.parseLong(get(name));
    }

    boolean bidirectional() {
        return get(MODE).equals("BIDIRECTIONAL");
    }

    /** Whether the other side connects, which no link of the testbed waits for. */
    boolean inbound() {
        return get(CONNECTION).equals("INBOUND");
    }

    static boolean readOnly(String name) {
        return READ_ONLY.contains(name);
    }

    static boolean sensitive(String name) {
        return SENSITIVE.contains(name);
    }

    /**
     * One change; a null value resets to the default. Switching offset sync off clears its filters.
     *
     * @throws ApiException if the key can't be changed or the value isn't valid
     */
    LinkConfigs with(String name, String value) {
        if (readOnly(name)) {
            throw ApiException.invalid("The config " + name + " of a link cannot be changed.");
        }
        boolean before = is(OFFSET_SYNC);
        Map<String, String> changed = new TreeMap<>(set);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        LinkConfigs result = new LinkConfigs(changed);
        result.validate();
        if (before && !result.is(OFFSET_SYNC)) {
            Map<String, String> cleared = new TreeMap<>(result.set());
            cleared.remove(GROUP_FILTERS);
            result = new LinkConfigs(cleared);
        }
        return result;
    }

    /**
     * @throws ApiException 40002 if a value isn't valid
     */
    void validate() {
        number(OFFSET_SYNC_MS, 1000);
        number(RETRY_TIMEOUT, 0);
        number("topic.config.sync.ms", 1000);
        bool(OFFSET_SYNC);
        bool(PAUSED);
        GroupFilters.parse(get(GROUP_FILTERS));
        if (!Set.of("DESTINATION", "BIDIRECTIONAL").contains(get(MODE))
                || !get(CONNECTION).equals("OUTBOUND")) {
            throw ApiException.invalid("Source-initiated links are not offered by the testbed.");
        }
        String prefix = get(PREFIX);
        if (prefix != null && prefix.length() > 12) {
            throw ApiException.invalid("cluster.link.prefix may have 12 characters at most.");
        }
    }

    private void number(String name, long least) {
        try {
            if (millis(name) >= least) {
                return;
            }
        } catch (NumberFormatException e) {
            throw ApiException.invalid(
                    "Invalid value " + get(name) + " for configuration " + name + ": no number");
        }
        throw ApiException.invalid(
                "Invalid value %s for configuration %s: Value must be at least %d"
                        .formatted(get(name), name, least));
    }

    private void bool(String name) {
        if (!Set.of("true", "false").contains(get(name))) {
            throw ApiException.invalid("Invalid value " + get(name) + " for " + name);
        }
    }
}
