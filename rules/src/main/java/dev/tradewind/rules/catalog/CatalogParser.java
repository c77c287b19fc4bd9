package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.Notes.Place;
import dev.tradewind.rules.text.Nearest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads the catalog's files: Site, Policy and Rule documents, several a file if one likes. All
 * problems of all files come at once, each with its place, what was expected, and where there is
 * one the nearest right name.
 *
 * <p>Without any Policy no policy matches, so that every request is refused; the catalog is valid.
 * Rule tests are passed over.
 */
public final class CatalogParser {
    public static final String API_VERSION = "tradewind.dev/v1";

    private static final List<String> KINDS = List.of("Site", "Policy", "Rule");

    private final Notes notes = new Notes();
    private final Map<String, Double> eurPer;
    private final CatalogLimits limits;
    private final Map<String, Place> places = new HashMap<>();
    private final List<Site> sites = new ArrayList<>();
    private final List<Policy> policies = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<Map<String, Place>> sitesNamed = new ArrayList<>();

    private final Map<String, Written> rulesWritten = new HashMap<>();

    /** Null: the job reads, which tells of what is wrong and little else. */
    private Seen seen;

    private int rulesRead;

    private CatalogParser(Map<String, Double> eurPer, CatalogLimits limits) {
        this.eurPer = eurPer;
        this.limits = limits;
    }

    /** With thresholds of prices in EUR. */
    public static CatalogResult parse(List<CatalogFile> files) {
        return parse(files, Map.of());
    }

    /**
     * @param eurPer EUR for one of each other currency, by its code, for thresholds of prices
     */
    public static CatalogResult parse(List<CatalogFile> files, Map<String, Double> eurPer) {
        return parse(files, eurPer, CatalogLimits.DEFAULT);
    }

    /** The same within other limits. */
    public static CatalogResult parse(
            List<CatalogFile> files, Map<String, Double> eurPer, CatalogLimits limits) {
        return new CatalogParser(eurPer, limits).read(files);
    }

    /**
     * For the person at the editor: besides what the job would say, warnings of rules that can't
     * ever fire, never clear, or repeat each other.
     *
     * @param seen what feeds have sent, or {@link Seen#NOTHING}
     */
    public static CatalogResult check(
            List<CatalogFile> files, Map<String, Double> eurPer, CatalogLimits limits, Seen seen) {
        CatalogParser parser = new CatalogParser(eurPer, limits);
        parser.seen = seen;
        return parser.read(files);
    }

    private CatalogResult read(List<CatalogFile> files) {
        boolean whole = true;
        int documents = 0;
        for (CatalogFile file :
                files.stream().sorted(Comparator.comparing(CatalogFile::name)).toList()) {
            if (!CatalogFile.isTest(file.name())) {
                List<Node> nodes = new ArrayList<>();
                whole &= Documents.read(file, nodes, notes);
                nodes.forEach(node -> document(file.name(), node));
                documents += nodes.size();
            }
        }
        if (whole) {
            acrossFiles(documents);
        }
        List<Problem> problems = notes.problems();
        return new CatalogResult(problems.isEmpty() ? catalog() : null, problems, notes.warnings());
    }

    private void document(String file, Node node) {
        Section document = new Section(file, "", node, notes);
        document.required(
                "apiVersion",
                API_VERSION,
                text -> {
                    if (!text.equals(API_VERSION)) {
                        throw Section.expected(API_VERSION, text);
                    }
                    return text;
                });
        String kind = document.required("kind", "one of " + String.join(", ", KINDS), this::kind);
        Section metadata = document.requiredSection("metadata");
        String name =
                document.names().contains("metadata")
                        ? metadata.required("name", "a DNS-1123 name", Names::label)
                        : null;
        if (kind == null) {
            metadata.section("labels");
            metadata.section("annotations");
            metadata.done();
            document.has("spec");
            document.done();
            return;
        }
        Section spec = document.section("spec");
        String called = name == null ? "" : name;
        boolean fresh = name != null && remember(kind, name, metadata.placeOfValue("name"));
        switch (kind) {
            case "Site" -> {
                SiteReader reader = new SiteReader(called, metadata, spec);
                Site site = reader.read();
                if (fresh) {
                    sites.add(site);
                    sitesNamed.add(reader.sitesNamed);
                }
            }
            case "Policy" -> {
                metadata.mapping("labels", (key, at) -> {}, text -> text);
                Policy policy = PolicyReader.read(called, spec);
                if (fresh) {
                    policies.add(policy);
                }
            }
            default -> {
                metadata.mapping("labels", (key, at) -> {}, text -> text);
                if (rulesRead++ < limits.mostRules()) {
                    Rule rule = new RuleReader(called, spec, eurPer, limits).read();
                    if (fresh && rule != null) {
                        rules.add(rule);
                        rulesWritten.put(name, new Written(file, node));
                    }
                }
            }
        }
        metadata.mapping("annotations", (key, at) -> {}, text -> text);
        metadata.done();
        document.done();
    }

    private String kind(String text) {
        if (text.equals("Connection")) {
            throw Section.expected(
                    "one of Site, Policy, Rule; a Connection holds credentials and is a file where the sink runs",
                    text);
        }
        Map<String, String> kinds = new LinkedHashMap<>();
        KINDS.forEach(kind -> kinds.put(kind, kind));
        return Section.choose(text, kinds);
    }

    private boolean remember(String kind, String name, Place place) {
        Place first = places.putIfAbsent(kind + "/" + name, place);
        if (first != null) {
            notes.problem(
                    place,
                    "a " + kind + " named '" + name + "' is already at " + first,
                    "each name once a kind",
                    null);
        }
        return first == null;
    }

    /** What can be told only when every file was read to its end. */
    private void acrossFiles(int documents) {
        Place all = Place.of("catalog");
        if (documents == 0) {
            notes.problem(all, "the catalog is empty", "at least one Site", null);
            return;
        }
        if (rulesRead > limits.mostRules()) {
            notes.problem(
                    all,
                    "the catalog has " + rulesRead + " rules",
                    "at most " + limits.mostRules(),
                    null);
        }
        Set<String> names = new TreeSet<>();
        sites.forEach(site -> names.add(site.name()));
        for (Map<String, Place> named : sitesNamed) {
            named.forEach(
                    (site, place) -> {
                        if (!names.contains(site) && !notes.isFullOfWarnings()) {
                            notes.warning(
                                    place,
                                    "no site is named '" + Names.shown(site) + "'",
                                    Names.among(names),
                                    Nearest.to(site, names).orElse(null));
                        }
                    });
        }
        if (sites.isEmpty()) {
            notes.warning(all, "there is no Site: nothing can be placed", "a Site", null);
        }
        if (policies.isEmpty()) {
            notes.warning(all, "there is no Policy: every request is refused", "a Policy", null);
        }
        if (!notes.hasProblems()) {
            Advice advice = new Advice(notes, rulesWritten, sites);
            advice.onScopes(rules);
            if (seen != null) {
                advice.onRules(rules, seen);
            }
        }
    }

    private Catalog catalog() {
        sites.sort(Comparator.comparing(Site::name));
        policies.sort(
                Comparator.comparingInt(Policy::priority).reversed().thenComparing(Policy::name));
        rules.sort(Comparator.comparing(Rule::name));
        Map<String, Object> content = new TreeMap<>();
        content.put("sites", sites);
        content.put("policies", policies);
        content.put("rules", rules);
        return new Catalog(
                Versions.of(content),
                List.copyOf(sites),
                List.copyOf(policies),
                List.copyOf(rules));
    }
}
