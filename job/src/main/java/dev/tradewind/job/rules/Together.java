package dev.tradewind.job.rules;

import dev.tradewind.job.journal.DeadLetters;
import dev.tradewind.sources.readings.Sample;
import dev.tradewind.sources.readings.Series;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Puts the readings together that go to one subtask of the binder and come within {@value
 * #WAIT_MILLIS} ms. To send one alone, with the name of its series, and to look up what the rules
 * keep of that series costs several times what the rules make of it. Their order stays. What could
 * not be read goes to the side here: an operator of its own for it costs each reading more than
 * this one does.
 *
 * <p>None waits when event time passes, at a checkpoint or at the end: so it keeps no state. At
 * most {@value #MOST} readings wait (no more than a processor's cache holds), and a place is kept
 * for some {@value #MOST_SERIES} series.
 *
 * <p>It takes it that the binder has its own parallelism, as all operators of readings have, and
 * that what is on its way never changes its subtask: checkpoints are aligned.
 */
public final class Together extends AbstractStreamOperator<Readings>
        implements OneInputStreamOperator<Sample, Readings>, BoundedOneInput {
    private static final long serialVersionUID = 1L;

    /** Less than a person or a placement sees. */
    public static final long WAIT_MILLIS = 5;

    static final int MOST = 1 << 11;
    static final int MOST_SERIES = 20_000;

    private transient Map<Series, Place> places;
    private transient Place last;
    private transient Waiting[] waiting;
    private transient int count;

    /** Which time it is that those who wait are sent, so that no place has to be cleared. */
    private transient long round;

    private transient boolean timed;
    private transient StreamRecord<Readings> record;
    private transient Counter rejected;

    private static final class Place {
        private final Series series;
        private final int subtask;
        private int at;
        private long round = -1;

        /** Of the series that came after this one the last time: feeds repeat their order. */
        private Place next;

        Place(Series series, int subtask) {
            this.series = series;
            this.subtask = subtask;
        }
    }

    private static final class Waiting {
        private final Series[] series = new Series[MOST];
        private final int[] places = new int[MOST];
        private final Sample[] samples = new Sample[MOST];
        private int named;
        private int count;

        Readings take() {
            Readings taken =
                    new Readings(
                            Arrays.copyOf(series, named),
                            Arrays.copyOf(places, count),
                            Arrays.copyOf(samples, count));
            Arrays.fill(series, 0, named, null);
            Arrays.fill(samples, 0, count, null);
            named = 0;
            count = 0;
            return taken;
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        places = new HashMap<>();
        last = new Place(null, 0);
        waiting = new Waiting[getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks()];
        Arrays.setAll(waiting, i -> new Waiting());
        record = new StreamRecord<>(null);
        rejected = DeadLetters.counter(getMetricGroup());
    }

    @Override
    public void processElement(StreamRecord<Sample> element) {
        Sample sample = element.getValue();
        if (sample.isReject()) {
            rejected.inc();
            output.collect(
                    DeadLetters.TAG, new StreamRecord<>(sample.reject(), element.getTimestamp()));
            return;
        }
        Place place = last.next;
        if (place == null || place.series != sample.series()) {
            place = places.get(sample.series());
            if (place == null) {
                place = new Place(sample.series(), subtask(sample.series()));
                places.put(sample.series(), place);
            }
            last.next = place;
        }
        last = place;
        Waiting there = waiting[place.subtask];
        if (place.round != round) {
            place.round = round;
            place.at = there.named++;
            there.series[place.at] = sample.series();
        }
        there.places[there.count] = place.at;
        there.samples[there.count++] = sample;
        if (++count == MOST) {
            pass();
        } else if (!timed) {
            timed = true;
            ProcessingTimeService time = getProcessingTimeService();
            time.registerTimer(time.getCurrentProcessingTime() + WAIT_MILLIS, this::timePasses);
        }
    }

    /** Where Flink has the state of a series. */
    private int subtask(Series series) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                series.key(),
                task.getMaxNumberOfParallelSubtasks(),
                task.getNumberOfParallelSubtasks());
    }

    private void timePasses(long now) {
        timed = false;
        pass();
    }

    private void pass() {
        if (count == 0) {
            return;
        }
        for (Waiting there : waiting) {
            if (there.count > 0) {
                long last = there.samples[there.count - 1].eventMillis();
                output.collect(record.replace(there.take(), last));
            }
        }
        count = 0;
        round++;
        if (places.size() > MOST_SERIES) {
            places.clear();
            last = new Place(null, 0);
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpoint) {
        pass();
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        pass();
        super.processWatermark(mark);
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) throws Exception {
        pass();
        super.processWatermarkStatus(status);
    }

    @Override
    public void endInput() {
        pass();
    }
}
