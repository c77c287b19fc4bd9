package dev.tradewind.rules.catalog;

import dev.tradewind.rules.catalog.Notes.Place;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.CollectionEndEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

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
            marked(file, e, notes);
            return false;
        } catch (ReaderException e) {
            notes.problem(
                    ofUnprintable(file), "not valid YAML: " + e.getMessage(), "valid YAML", null);
            return false;
        } catch (YAMLException e) {
            notes.problem(
                    ofTooDeep(file), "not readable YAML: " + e.getMessage(), "valid YAML", null);
            return false;
        } catch (StackOverflowError e) {
            notes.problem(whole, "not readable YAML: nested too deeply", "valid YAML", null);
            return false;
        } finally {
            into.addAll(read);
        }
    }

    /** Where something was open when the file ended, it is told where that begins. */
    private static void marked(CatalogFile file, MarkedYAMLException e, Notes notes) {
        Mark problem = e.getProblemMark();
        Mark context = e.getContextMark();
        Mark at = problem == null ? context : problem;
        String text = "not valid YAML: " + e.getProblem();
        if (e.getContext() != null) {
            text += " " + e.getContext();
        }
        if (problem != null && context != null && problem.getLine() != context.getLine()) {
            if (problem.getLine() >= file.text().lines().count()) {
                at = context;
            } else {
                text += " that begins at " + Place.of(file.name(), context);
            }
        }
        notes.problem(Place.of(file.name(), at), text, "valid YAML", null);
    }

    /** The first character that YAML doesn't allow. */
    private static Place ofUnprintable(CatalogFile file) {
        int line = 1;
        int column = 1;
        for (int point : file.text().codePoints().toArray()) {
            if (!StreamReader.isPrintable(point)) {
                return new Place(file.name(), line, column, 1);
            }
            boolean ends = point == '\n';
            line += ends ? 1 : 0;
            column = ends ? 1 : column + 1;
        }
        return Place.of(file.name());
    }

    /**
     * Where the file is nested more deeply than is read; else up to where it could be read; as a
     * whole where that is its end.
     */
    private static Place ofTooDeep(CatalogFile file) {
        int depth = 0;
        Mark last = null;
        try {
            for (Event event : new Yaml().parse(new StringReader(file.text()))) {
                if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                    return Place.of(file.name(), event.getStartMark());
                }
                depth -= event instanceof CollectionEndEvent ? 1 : 0;
                last = event.getEndMark();
            }
        } catch (YAMLException | StackOverflowError e) {
            return Place.of(file.name(), last);
        }
        return Place.of(file.name());
    }
}
