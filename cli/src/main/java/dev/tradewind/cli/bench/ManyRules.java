package dev.tradewind.cli.bench;

/**
 * The text of a catalog with many rules of every shape, over sites of which each has a label.
 *
 * @param sites how many
 * @param rules how many
 * @param selectors how many of the rules' selectors differ; as people write them some twenty
 */
record ManyRules(int sites, int rules, int selectors) {
    private static final String[] SIGNALS = {"price", "power", "carbonIntensity"};

    /** With the policy that takes each workload. */
    String ofSites() {
        StringBuilder text =
                new StringBuilder(
                        """
                        apiVersion: tradewind.dev/v1
                        kind: Policy
                        metadata: {name: default}
                        spec: {workloads: "true", namespaces: [shop]}
                        """);
        for (int site = 0; site < sites; site++) {
            text.append(
                    """
                    ---
                    apiVersion: tradewind.dev/v1
                    kind: Site
                    metadata: {name: site-%d, labels: {tier: t%d}}
                    spec: {zone: zone-%d}
                    """
                            .formatted(site, site % 5, site % 10));
        }
        return text.toString();
    }

    /**
     * @param round rules of another one are other rules, with other selectors
     */
    String ofRules(int round) {
        StringBuilder text = new StringBuilder();
        for (int rule = 0; rule < rules; rule++) {
            text.append(
                    """
                    ---
                    apiVersion: tradewind.dev/v1
                    kind: Rule
                    metadata: {name: r-%1$d-%2$d}
                    spec:
                      sites: "site.labels.tier != 'round-%1$d-%3$d'"
                      workloads: "workload.labels.class == 'c%1$d-%3$d'"
                      then: notify
                    """
                            .formatted(round, rule, rule % selectors));
            text.append("  ").append(when(rule)).append('\n');
        }
        return text.toString();
    }

    private static String when(int rule) {
        String signal = SIGNALS[rule % SIGNALS.length];
        return switch (rule % 5) {
            case 0, 1 ->
                    "signal: %s\n  when: {sustained: {above: %d, until: %d, for: 15m, maxGap: 2h}}"
                            .formatted(signal, 50 + rule, 40 + rule);
            case 2 ->
                    "signal: %s\n  when: {shift: {by: +%d%%, from: {mean: 24h}, for: 15m}}"
                            .formatted(signal, 10 + rule);
            case 3 ->
                    "when: {sequence: {first: {signal: price, above: %d}, then: {signal: power, above: %d}, within: 1h}}"
                            .formatted(50 + rule, rule);
            default ->
                    rule % 2 == 0
                            ? "signal: %s\n  when: {silence: {for: %dm}}"
                                    .formatted(signal, 45 + rule)
                            : "expression: \"price * pue + %d\"\n  when: {sustained: {above: %d}}"
                                    .formatted(rule, 100 + rule);
        };
    }
}
