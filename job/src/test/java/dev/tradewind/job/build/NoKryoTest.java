package dev.tradewind.job.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tradewind.job.journal.JournalRecord;
import dev.tradewind.job.ledger.Book;
import dev.tradewind.job.ledger.DayValues;
import dev.tradewind.job.rules.Arbitration;
import dev.tradewind.job.rules.Conduction;
import dev.tradewind.job.rules.Edge;
import dev.tradewind.job.rules.RuleFacts;
import dev.tradewind.job.rules.SideEdge;
import dev.tradewind.job.rules.SiteValue;
import dev.tradewind.sources.outcomes.OutcomeRecord;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.SampleTypeInfo;
import dev.tradewind.sources.requests.RequestRecord;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * State and messages that fall back to Kryo can't evolve, and the job refuses them when it starts
 * ({@code pipeline.generic-types}). Here it is seen before.
 */
class NoKryoTest {

    static Stream<Class<?>> records() {
        JavaClasses all =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(
                                "dev.tradewind.model.wire",
                                "dev.tradewind.model.catalog",
                                "dev.tradewind.job.views");
        Stream<Class<?>> vocabulary =
                all.stream()
                        .<Class<?>>map(c -> c.reflect())
                        .filter(type -> type.isRecord())
                        .sorted(java.util.Comparator.comparing(type -> type.getName()));
        return Stream.concat(
                vocabulary,
                Stream.of(
                        Edge.class,
                        RuleFacts.class,
                        Arbitration.class,
                        Arbitration.Side.class,
                        SideEdge.class,
                        SiteValue.class,
                        Conduction.class,
                        Conduction.Run.class,
                        JournalRecord.class,
                        Book.class,
                        DayValues.class,
                        RequestRecord.class,
                        OutcomeRecord.class));
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordThatFlowsOrIsKeptIsAPojoForFlink(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }

    @Test
    void aSampleHasASerializerOfItsOwn() {
        assertThat(TypeInformation.of(Sample.class)).isEqualTo(SampleTypeInfo.INSTANCE);
    }
}
