package dev.tradewind.model;

import java.util.regex.Pattern;

/**
 * {@code namespace/name}, both DNS-1123 labels: at most 63 of {@code a-z 0-9 -}, beginning and
 * ending with a letter or digit.
 */
public record WorkloadId(String namespace, String name) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    public WorkloadId {
        if (!isLabel(namespace) || !isLabel(name)) {
            throw new IllegalArgumentException(
                    "a workload is named namespace/name, both of a-z, 0-9 and -, but this is '"
                            + namespace
                            + "/"
                            + name
                            + "'");
        }
    }

    /**
     * @throws IllegalArgumentException with what was expected
     */
    public static WorkloadId parse(String text) {
        int slash = text == null ? -1 : text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "a workload is named namespace/name, but this is '" + text + "'");
        }
        return new WorkloadId(text.substring(0, slash), text.substring(slash + 1));
    }

    public static boolean isLabel(String text) {
        return text != null && LABEL.matcher(text).matches();
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
