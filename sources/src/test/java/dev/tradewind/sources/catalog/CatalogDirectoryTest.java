package dev.tradewind.sources.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogDirectoryTest {
    @TempDir Path temp;

    @Test
    void takesYamlAndNothingElseInOrderOfNames() throws IOException {
        write("b.yml", "b");
        write("a.yaml", "a");
        write("a.test.yaml", "a rule test");
        write("b.test.yml", "another");
        write(".a.yaml.swp", "an editor's");
        write(".hidden.yaml", "hidden");
        write("README.md", "text");
        Files.createDirectories(temp.resolve("below"));
        Files.writeString(temp.resolve("below/c.yaml"), "c");

        CatalogDirectory.Content content = read();

        assertThat(content.problems()).isEmpty();
        assertThat(content.files())
                .containsExactly(new CatalogFile("a.yaml", "a"), new CatalogFile("b.yml", "b"));
        assertThat(CatalogDirectory.withTests(temp).read().files())
                .extracting(CatalogFile::name)
                .containsExactly("a.test.yaml", "a.yaml", "b.test.yml", "b.yml");
    }

    @Test
    void aByteOrderMarkIsNoneOfTheText() throws IOException {
        write("a.yaml", "\ufeffa");
        assertThat(read().files()).containsExactly(new CatalogFile("a.yaml", "a"));
    }

    @Test
    void theDigestFollowsContentAloneAndMovedBordersChangeIt() throws IOException {
        write("a.yaml", "xy");
        write("b.yaml", "z");
        String first = read().digest();
        write("a.yaml", "xy");
        assertThat(read().digest()).isEqualTo(first);
        write("a.yaml", "x");
        write("b.yaml", "yz");
        assertThat(read().digest()).isNotEqualTo(first);
    }

    @Test
    void followsLinksInsideAndRejectsThoseThatLeadOut() throws IOException {
        Path outside = Files.createDirectories(temp.resolve("outside"));
        Files.writeString(outside.resolve("secret.yaml"), "secret");
        Path mount = Files.createDirectories(temp.resolve("mount"));
        Path data = Files.createDirectories(mount.resolve("..2026_03_01"));
        Files.writeString(data.resolve("site.yaml"), "site");
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..2026_03_01"));
        Files.createSymbolicLink(mount.resolve("site.yaml"), Path.of("..data/site.yaml"));
        Files.createSymbolicLink(mount.resolve("out.yaml"), Path.of("../outside/secret.yaml"));
        Files.createSymbolicLink(mount.resolve("gone.yaml"), Path.of("nowhere.yaml"));

        CatalogDirectory.Content content = new CatalogDirectory(mount).read();

        assertThat(content.files()).containsExactly(new CatalogFile("site.yaml", "site"));
        assertThat(content.problems())
                .extracting(Problem::file)
                .containsExactly("gone.yaml", "out.yaml");
        assertThat(content.problems().get(1).toString()).contains("leads out of the directory");
    }

    @Test
    void theDirectoryItselfMayBeALink() throws IOException {
        Path real = Files.createDirectories(temp.resolve("real"));
        Files.writeString(real.resolve("a.yaml"), "a");
        Path link = Files.createSymbolicLink(temp.resolve("link"), real);
        assertThat(new CatalogDirectory(link).read().problems()).isEmpty();
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        assertThat(problem(temp.resolve("missing"))).contains("does not exist");
        assertThat(problem(temp)).contains("has no *.yaml");
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThat(problem(file)).contains("is not a directory");

        Files.createDirectories(temp.resolve("d/x.yaml"));
        assertThat(problem(temp.resolve("d"))).contains("not a file");
        Path large = Files.createDirectories(temp.resolve("large"));
        Files.write(large.resolve("a.yaml"), new byte[CatalogDirectory.MAX_FILE_BYTES + 1]);
        assertThat(problem(large)).contains("a.yaml: too large");
        Path binary = Files.createDirectories(temp.resolve("binary"));
        Files.write(binary.resolve("a.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(problem(binary)).contains("not UTF-8");
    }

    private static String problem(Path directory) {
        return new CatalogDirectory(directory).read().problems().get(0).toString();
    }

    private CatalogDirectory.Content read() {
        return new CatalogDirectory(temp).read();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(temp.resolve(name), text);
    }
}
