package dev.tradewind.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.testbed.kube.KubeApi;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Half a day of the demo, as a person sees it. */
class DemoIT {
    @TempDir private Path dir;

    @Test
    void aWorkloadMovesAndEveryRecordIsAccountedFor() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        DemoReport report =
                new Demo(
                                DemoScene.own(3, 13, KubeApi.Mode.EMBEDDED),
                                new PrintStream(printed, true, StandardCharsets.UTF_8))
                        .run();
        String story = printed.toString(StandardCharsets.UTF_8);

        assertThat(report.failures()).as(story).isEmpty();
        assertThat(report.good()).as(story).isTrue();
        assertThat(report.recordsOut()).isEqualTo(report.recordsProduced()).isGreaterThan(1_000);
        // How much money half a day saves depends on when its last move was paid; oslo and madrid
        // are cleaner at any hour.
        assertThat(report.saved().kgCO2eq()).as(story).isPositive();
        assertThat(story)
                .contains("SEES     rule dear-hour fired at frankfurt")
                .contains("DECIDES  shop/orders moves from frankfurt to oslo")
                .contains("FINISHED shop/report");
        assertThat(
                        story.lines()
                                .filter(l -> l.contains("DOES       shop/orders"))
                                .map(l -> l.split("\\s+")[4]))
                .containsSubsequence(
                        "ensureMirrors",
                        "stageTarget",
                        "quiesceSource",
                        "drain",
                        "cut",
                        "reverse",
                        "startTarget");

        Path file = dir.resolve("report.json");
        report.write(file);
        JsonNode json = JsonMapper.shared().readTree(Files.readString(file));
        assertThat(json.propertyNames())
                .contains(
                        "moves",
                        "recordsProduced",
                        "recordsLost",
                        "recordsDuplicated",
                        "downtimeMillis",
                        "saved");
        assertThat(json.path("downtimeMillis").propertyNames()).containsExactly("p50", "p95");
        assertThat(json.path("saved").propertyNames()).containsExactly("EUR", "kgCO2eq");
    }
}
