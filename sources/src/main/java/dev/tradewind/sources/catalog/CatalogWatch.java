package dev.tradewind.sources.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.catalog.Problem;
import java.util.List;
import java.util.function.Function;

/**
 * What to make of one look at the directory after another. A content is judged once, when two looks
 * in a row have found it: a file that is being written is not yet what its writer means, and half a
 * file may be a valid catalog with half the sites.
 */
final class CatalogWatch {
    /** What a look found. */
    sealed interface Finding {}

    /** Nothing to tell. */
    record Unchanged() implements Finding {}

    /**
     * @param catalog valid
     * @param isNew whether it differs from the one in force; else only its spelling changed, or it
     *     came back after an invalid one
     */
    record Accepted(Catalog catalog, boolean isNew, List<Problem> warnings) implements Finding {}

    /** The catalog in force stays. */
    record Rejected(List<Problem> problems) implements Finding {}

    private static final Finding UNCHANGED = new Unchanged();

    private final Function<List<CatalogFile>, CatalogResult> parser;
    private String inForce;
    private String seen;
    private String judged;

    /**
     * @param inForce the version of the catalog in force, or null
     */
    CatalogWatch(Function<List<CatalogFile>, CatalogResult> parser, String inForce) {
        this.parser = parser;
        this.inForce = inForce;
    }

    /**
     * @param content null where the directory couldn't be read at rest
     */
    Finding look(CatalogDirectory.Content content) {
        if (content == null) {
            seen = null;
            return UNCHANGED;
        }
        boolean settled = content.digest().equals(seen);
        seen = content.digest();
        if (!settled || content.digest().equals(judged)) {
            return UNCHANGED;
        }
        judged = content.digest();
        return judge(content);
    }

    private Finding judge(CatalogDirectory.Content content) {
        if (!content.problems().isEmpty()) {
            return new Rejected(content.problems());
        }
        CatalogResult result;
        try {
            result = parser.apply(content.files());
        } catch (RuntimeException e) {
            // A flaw of the parser must not stop the job, nor hide.
            return new Rejected(
                    List.of(
                            new Problem(
                                    content.files().get(0).name(),
                                    0,
                                    0,
                                    "the catalog could not be parsed: " + e,
                                    null,
                                    null)));
        }
        if (result.catalog() == null) {
            return new Rejected(result.problems());
        }
        boolean isNew = !result.catalog().version().equals(inForce);
        inForce = result.catalog().version();
        return new Accepted(result.catalog(), isNew, result.warnings());
    }
}
