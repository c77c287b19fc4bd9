package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.Notes.Place;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.rules.text.Nearest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads the catalog's files: Site, Policy and Rule documents, several a file if one likes. All
 * problems of all files come at once, each with its place, what was expected, and where there is
 * one the nearest right name.
 *
 * <p>Without any Policy no policy matches, so that every request is refused; the catalog is valid.
 * Files whose name ends in {@code .test.yaml} are rule tests and are passed over.
 */
public final class CatalogParser {
    public static final String API_VERSION = "tradewind.dev/v1";
    public static final String TEST_SUFFIX = ".test.yaml";

    private static final List<String> KINDS = List.of("Site", "Policy", "Rule");

    private final Notes notes = new Notes();
    private final Map<String, Double> eurPer;
    private final Map<String, Place> places = new HashMap<>();
    private final List<Site> sites = new ArrayList<>();
    private final List<Policy> policies = new ArrayList<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<Map<String, Place>> sitesNamed = new ArrayList<>();

    private CatalogParser(Map<String, Double> eurPer) {
        this.eurPer = eurPer;
    }

    /** With thresholds of prices in EUR. */
    public static CatalogResult parse(List<CatalogFile> files) {
        return parse(files, Map.of());
    }

    /**
     * @param eurPer EUR for one of each other currency, by its code, for thresholds of prices
     */
    public static CatalogResult parse(List<CatalogFile> files, Map<String, Double> eurPer) {
        return new CatalogParser(eurPer).read(files);
    }

    private CatalogResult read(List<CatalogFile> files) {
        boolean whole = true;
        int documents = 0;
        for (CatalogFile file :
                files.stream().sorted(Comparator.comparing(CatalogFile::name)).toList()) {
            if (!file.name().endsWith(TEST_SUFFIX)) {
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
        String version =
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
        if (kind == null || version == null) {
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
                Rule rule = new RuleReader(called, spec, eurPer).read();
                if (fresh && rule != null) {
                    rules.add(rule);
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
        Place all = new Place("catalog", 0, 0);
        if (documents == 0) {
            notes.problem(all, "the catalog is empty", "at least one Site", null);
            return;
        }
        List<String> names = sites.stream().map(Site::name).toList();
        for (Map<String, Place> named : sitesNamed) {
            named.forEach(
                    (site, place) -> {
                        if (!names.contains(site)) {
                            notes.warning(
                                    place,
                                    "no site is named '" + site + "'",
                                    "one of " + String.join(", ", names),
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
        if (notes.problems().isEmpty()) {
            for (Rule rule : rules) {
                SitePredicate where = SitePredicate.compile(rule.sites());
                if (!sites.isEmpty() && sites.stream().noneMatch(where::test)) {
                    notes.warning(
                            places.get("Rule/" + rule.name()),
                            "rule '" + rule.name() + "' concerns none of the sites",
                            "`sites` that holds for at least one",
                            null);
                }
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
