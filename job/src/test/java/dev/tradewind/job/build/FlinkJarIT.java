package dev.tradewind.job.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

/** What is in the jar for {@code flink run}, and what must not be. */
class FlinkJarIT {

    @Test
    void eachEntryIsInItOnce() throws IOException {
        Map<String, Integer> times = new HashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar()))) {
            for (ZipEntry entry; (entry = in.getNextEntry()) != null; ) {
                times.merge(entry.getName(), 1, Integer::sum);
            }
        }
        assertThat(times).isNotEmpty().allSatisfy((name, count) -> assertThat(count).isOne());
    }

    /** Else one of them was taken by chance. */
    @Test
    void noClassOfItComesFromTwoLibraries() throws IOException {
        Set<String> ours = classes(jar());
        Map<String, List<String>> homes = new TreeMap<>();
        for (String place : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(place);
            // Flink's own shaded libraries are the cluster's; they keep some classes unrelocated.
            boolean provided = path.getFileName().toString().startsWith("flink-shaded-");
            if (!provided && Files.isRegularFile(path) && place.endsWith(".jar")) {
                for (String name : classes(path)) {
                    if (ours.contains(name)) {
                        homes.computeIfAbsent(name, n -> new ArrayList<>())
                                .add(path.getFileName().toString());
                    }
                }
            }
        }
        assertThat(homes).isNotEmpty();
        homes.values().removeIf(jars -> jars.size() < 2);
        assertThat(homes).isEmpty();
    }

    @Test
    void whatTheClusterProvidesIsNotInIt() throws IOException {
        assertThat(classes(jar()))
                .noneMatch(
                        name ->
                                name.startsWith("org/slf4j/")
                                        || name.startsWith("org/apache/logging/"))
                .noneMatch(name -> name.startsWith("org/junit/"))
                .noneMatch(name -> name.startsWith("dev/tradewind/testbed/"))
                .noneMatch(name -> name.startsWith("kafka/server/"))
                .filteredOn(name -> name.startsWith("org/apache/flink/"))
                .allMatch(
                        name ->
                                name.startsWith("org/apache/flink/connector/base/")
                                        || name.startsWith("org/apache/flink/connector/kafka/")
                                        || name.startsWith(
                                                "org/apache/flink/streaming/connectors/kafka/")
                                        || name.startsWith(
                                                "org/apache/flink/streaming/util/serialization/JSONKeyValue"));
    }

    @Test
    void whatTheJobNeedsIsInIt() throws IOException {
        assertThat(classes(jar()))
                .contains(
                        "dev/tradewind/job/Main.class",
                        "dev/tradewind/model/EnergyClock.class",
                        "dev/tradewind/rules/text/Json.class",
                        "org/apache/flink/connector/kafka/sink/KafkaSink.class",
                        "org/apache/flink/connector/base/DeliveryGuarantee.class",
                        "org/apache/kafka/clients/producer/KafkaProducer.class",
                        "tools/jackson/databind/json/JsonMapper.class",
                        "io/fabric8/kubernetes/client/KubernetesClientBuilder.class",
                        "dev/cel/runtime/CelRuntime.class");
    }

    @Test
    void servicesAreMergedAndSignaturesDroppedAndItSaysWhatToRun() throws IOException {
        try (ZipFile zip = new ZipFile(jar().toFile())) {
            List<String> names = zip.stream().map(ZipEntry::getName).toList();
            assertThat(names).noneMatch(name -> name.matches("META-INF/.*\\.(SF|DSA|RSA)"));
            assertThat(lines(zip, "META-INF/MANIFEST.MF"))
                    .contains("Main-Class: dev.tradewind.job.Main");
            // Each of fabric8's model jars registers its kinds in a file of this name.
            assertThat(
                            lines(
                                    zip,
                                    "META-INF/services/io.fabric8.kubernetes.api.model.KubernetesResource"))
                    .anyMatch(line -> line.endsWith(".apps.Deployment"))
                    .anyMatch(line -> line.endsWith(".coordination.v1.Lease"));
            for (String name : names) {
                if (name.startsWith("META-INF/services/") && !name.endsWith("/")) {
                    assertThat(lines(zip, name)).as(name).doesNotHaveDuplicates();
                }
            }
        }
    }

    private static List<String> lines(ZipFile zip, String name) throws IOException {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                zip.getInputStream(zip.getEntry(name)), StandardCharsets.UTF_8))) {
            return in.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        }
    }

    private static Set<String> classes(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Set<String> names = new TreeSet<>();
            zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.endsWith("module-info.class"))
                    .forEach(names::add);
            return names;
        }
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-flink.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("package the module first"));
        }
    }
}
