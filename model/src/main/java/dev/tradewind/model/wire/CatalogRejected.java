package dev.tradewind.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * What the catalog directory holds is not in force, for it is wrong: under the key {@value #KEY} of
 * the catalog's topic. A tombstone follows when the directory is right again.
 *
 * @param at when it was found, energy clock
 * @param inForce version of the catalog that stays in force; null where there is none
 * @param problemCount of all, also of those that are left out; 1,000 stands for that many or more
 * @param problems in the order of files and lines
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CatalogRejected(Instant at, String inForce, int problemCount, List<Wrong> problems) {
    public static final String KEY = "rejected";

    /**
     * @param line from 1; 0 where the file as a whole is meant
     * @param column from 1, in code points; 0 where the file as a whole is meant
     * @param expected what would be right
     * @param suggestion the nearest right name
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Wrong(
            String file, int line, int column, String message, String expected, String suggestion) {

        /** {@code file:line:column: message; expected ...; did you mean ...?} */
        @Override
        public String toString() {
            return file
                    + (line > 0 ? ":" + line + ":" + column : "")
                    + ": "
                    + message
                    + (expected == null ? "" : "; expected " + expected)
                    + (suggestion == null ? "" : "; did you mean '" + suggestion + "'?");
        }
    }
}
