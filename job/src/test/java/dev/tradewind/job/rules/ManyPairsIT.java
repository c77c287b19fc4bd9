package dev.tradewind.job.rules;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 100,000 pairs of rule and site, of all kinds of rules together, run in 1 GiB of heap. */
class ManyPairsIT {
    @TempDir Path directory;

    @Test
    void aHundredThousandOfAllKindsInAGibibyte() throws Exception {
        ManyPairsCheck.run(directory, RuleKind.values());
    }
}
