package dev.tradewind.rules.catalog;

import dev.tradewind.rules.catalog.Notes.Place;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The YAML documents of a file, as trees that know their places. Nothing is constructed from them:
 * what reads a tree follows the known fields alone, so that aliases can't make it larger.
 */
final class Documents {
    /** Far above what people write, far below what hurts. */
    private static final int MAX_CODE_POINTS = 1_000_000;

    private static final int MAX_DEPTH = 20;
    private static final int MAX_ALIASES = 50;

    private Documents() {}

    /**
     * The documents up to the first one that can't be read.
     *
     * @return whether the file was read to its end
     */
    static boolean read(CatalogFile file, List<Node> into, Notes notes) {
        Place whole = Place.of(file.name());
        if (file.text().isBlank()) {
            notes.problem(
                    whole,
                    "the file is empty, as one is that is being written",
                    "documents, or no such file",
                    null);
            return false;
        }
        if (file.text().length() > MAX_CODE_POINTS) {
            notes.problem(
                    whole,
                    "the file has " + file.text().length() + " characters",
                    "at most " + MAX_CODE_POINTS,
                    null);
            return false;
        }
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CODE_POINTS);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setAllowRecursiveKeys(false);
        options.setProcessComments(false);
        List<Node> read = new ArrayList<>();
        try {
            for (Node node : new Yaml(options).composeAll(new StringReader(file.text()))) {
                if (!Tag.NULL.equals(node.getTag())) {
                    read.add(node);
                }
            }
            return true;
        } catch (MarkedYAMLException e) {
            Place place =
                    Place.of(
                            file.name(),
                            e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark());
            String context = e.getContext() == null ? "" : " " + e.getContext();
            notes.problem(place, "not valid YAML: " + e.getProblem() + context, "valid YAML", null);
            return false;
        } catch (YAMLException e) {
            notes.problem(whole, "not readable YAML: " + e.getMessage(), "valid YAML", null);
            return false;
        } catch (StackOverflowError e) {
            notes.problem(whole, "not readable YAML: nested too deeply", "valid YAML", null);
            return false;
        } finally {
            into.addAll(read);
        }
    }
}
