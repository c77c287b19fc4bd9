package dev.tradewind.job.placement;

import dev.tradewind.job.views.SeriesView;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTypesTest {
    @ParameterizedTest
    @ValueSource(
            classes = {
                WorkloadEvent.class,
                FleetEvent.class,
                FleetPlanning.class,
                Up.class,
                Word.class,
                Parked.class,
                SeriesView.class,
                Recovered.class,
                WorkloadState.class
            })
    void noTypeFallsBackToKryo(Class<?> type) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(type);
    }
}
