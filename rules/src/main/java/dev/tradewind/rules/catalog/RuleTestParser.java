package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.Notes.Place;
import dev.tradewind.rules.test.RuleTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads rule tests, {@code *.test.yaml}: documents of kind RuleTest, and Site and Rule documents
 * that take the place of the directory's for the tests of the same file. All problems of all files
 * come at once.
 */
public final class RuleTestParser {
    public static final String KIND = "RuleTest";

    private static final List<String> KINDS = List.of(KIND, "Rule", "Site");

    private final Notes notes = new Notes();
    private final Catalog catalog;
    private final Map<String, Double> eurPer;
    private final CatalogLimits limits;
    private final List<RuleTest> tests = new ArrayList<>();

    private RuleTestParser(Catalog catalog, Map<String, Double> eurPer, CatalogLimits limits) {
        this.catalog = catalog;
        this.eurPer = eurPer;
        this.limits = limits;
    }

    /**
     * @param catalog of the directory in which the files are
     */
    public static RuleTestResult parse(List<CatalogFile> files, Catalog catalog) {
        return parse(files, catalog, Map.of(), CatalogLimits.DEFAULT);
    }

    /**
     * @param eurPer EUR for one of each other currency, by its code, for prices
     * @param limits of rules that a file has itself
     */
    public static RuleTestResult parse(
            List<CatalogFile> files,
            Catalog catalog,
            Map<String, Double> eurPer,
            CatalogLimits limits) {
        RuleTestParser parser = new RuleTestParser(catalog, eurPer, limits);
        files.stream()
                .filter(file -> CatalogFile.isTest(file.name()))
                .sorted(Comparator.comparing(CatalogFile::name))
                .forEach(parser::file);
        return new RuleTestResult(
                List.copyOf(parser.tests), parser.notes.problems(), parser.notes.warnings());
    }

    /** A document whose spec is still to be read: it may name what stands below it. */
    private record Waiting(String name, Place place, Section spec) {}

    private void file(CatalogFile file) {
        List<Node> nodes = new ArrayList<>();
        Documents.read(file, nodes, notes);
        Map<String, Place> places = new HashMap<>();
        List<Site> sites = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        List<Waiting> waiting = new ArrayList<>();
        for (Node node : nodes) {
            Section document = new Section(file.name(), "", node, notes);
            document.required("apiVersion", CatalogParser.API_VERSION, this::api);
            String kind =
                    document.required("kind", "one of " + String.join(", ", KINDS), this::kind);
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
                continue;
            }
            Place place = metadata.placeOfValue("name");
            boolean fresh = name != null && fresh(places, kind, name, place);
            String called = name == null ? "" : name;
            Section spec = document.section("spec");
            switch (kind) {
                case "Site" -> {
                    Site site = new SiteReader(called, metadata, spec).read();
                    if (fresh) {
                        sites.add(site);
                    }
                }
                case "Rule" -> {
                    metadata.mapping("labels", (key, at) -> {}, text -> text);
                    Rule rule = new RuleReader(called, spec, eurPer, limits).read();
                    if (fresh && rule != null) {
                        rules.add(rule);
                    }
                }
                default -> {
                    metadata.mapping("labels", (key, at) -> {}, text -> text);
                    waiting.add(new Waiting(called, place, spec));
                }
            }
            metadata.mapping("annotations", (key, at) -> {}, text -> text);
            metadata.done();
            document.done();
        }
        if (waiting.isEmpty() && notes.problems().isEmpty()) {
            notes.warning(
                    new Place(file.name(), 0, 0, 0),
                    "the file has no test",
                    "a document of kind " + KIND,
                    null);
        }
        Catalog inPlay =
                catalog(
                        sites.isEmpty() ? catalog.sites() : sites,
                        rules.isEmpty() ? catalog.rules() : rules);
        for (Waiting test : waiting) {
            int before = notes.problems().size();
            RuleTest read =
                    new RuleTestReader(
                                    file.name(), test.name(), test.spec(), inPlay, eurPer, limits)
                            .read(test.place().line());
            if (notes.problems().size() == before && read != null) {
                tests.add(read);
            }
        }
    }

    /** Without policies: they have no say in what is detected. */
    static Catalog catalog(List<Site> sites, List<Rule> rules) {
        List<Site> sortedSites = new ArrayList<>(sites);
        sortedSites.sort(Comparator.comparing(Site::name));
        List<Rule> sortedRules = new ArrayList<>(rules);
        sortedRules.sort(Comparator.comparing(Rule::name));
        Map<String, Object> content = new TreeMap<>();
        content.put("sites", sortedSites);
        content.put("rules", sortedRules);
        return new Catalog(
                Versions.of(content),
                List.copyOf(sortedSites),
                List.of(),
                List.copyOf(sortedRules));
    }

    private boolean fresh(Map<String, Place> places, String kind, String name, Place place) {
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

    private String api(String text) {
        if (!text.equals(CatalogParser.API_VERSION)) {
            throw Section.expected(CatalogParser.API_VERSION, text);
        }
        return text;
    }

    private String kind(String text) {
        Map<String, String> kinds = new LinkedHashMap<>();
        KINDS.forEach(kind -> kinds.put(kind, kind));
        return Section.choose(text, kinds);
    }
}
