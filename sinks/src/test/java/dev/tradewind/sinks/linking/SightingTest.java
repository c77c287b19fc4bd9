package dev.tradewind.sinks.linking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.sinks.linking.Sighting.KafkaView;
import dev.tradewind.sinks.linking.Sighting.LinkView;
import dev.tradewind.sinks.port.DataState.MirrorState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.DataState.TopicState;
import dev.tradewind.sinks.port.MirrorStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SightingTest {
    private static final String LINK = "frankfurt-oslo";

    /**
     * What was made by a call that was given up, between the look at mirrors and that at topics.
     */
    @Test
    void aTopicThatIsSeenBeforeItsMirrorIsLookedAtAgain() {
        KafkaView nothing = topics();
        KafkaView made = topics("orders.out");
        List<String> asked = List.of("orders.in", "orders.out");

        assertThat(Sighting.lacksMirror(asked, LINK, nothing, mirrors())).isFalse();
        assertThat(Sighting.lacksMirror(asked, LINK, made, mirrors())).isTrue();
        assertThat(Sighting.lacksMirror(asked, LINK, made, mirrors(mirror(LINK, "ACTIVE"))))
                .isFalse();
        assertThat(Sighting.lacksMirror(asked, LINK, made, mirrors(mirror("other", "ACTIVE"))))
                .isFalse();
        // what is left of a mirror over another link is an ordinary topic for this one
        assertThat(Sighting.lacksMirror(asked, LINK, made, mirrors(mirror("other", "STOPPED"))))
                .isTrue();
        assertThat(Sighting.lacksMirror(List.of("orders.in"), LINK, made, mirrors())).isFalse();
    }

    private static KafkaView topics(String... names) {
        Map<String, Integer> partitions = new java.util.HashMap<>();
        for (String name : names) {
            partitions.put(name, 2);
        }
        return new KafkaView(partitions, Map.of(), Map.of());
    }

    private static LinkView mirrors(Mirror... mirrors) {
        return new LinkView(null, Map.of(), List.of(mirrors));
    }

    private static Mirror mirror(String link, String status) {
        return new Mirror(link, "orders.out", "orders.out", status, "", 0, List.of(), List.of());
    }

    @Test
    void aTopicIsDeletedOnlyWhereAllOfItIsSeenToBeElsewhere() {
        assertThat(keeps(true, new PartitionState(0, 7, 7, 0, 0))).isEmpty();
        assertThat(keeps(true, new PartitionState(0, 7, 8, 0, 0))).isPresent();
        assertThat(keeps(true, new PartitionState(0, -1, 7, 0, 0))).isPresent();
        assertThat(keeps(true, new PartitionState(0, 7, -1, 0, 0)))
                .as("without a leader nobody says how far it goes")
                .hasValueSatisfying(why -> assertThat(why).contains("partition 0 ends at ?"));
        assertThat(keeps(true)).isPresent();
        assertThat(keeps(false, new PartitionState(0, 7, 7, 0, 0))).isPresent();
    }

    /** It was stopped to be made anew over this link, by one that went no further. */
    @Test
    void whatIsLeftOfAMirrorOverAnotherLinkIsStale() {
        assertThat(seen(mirror("other", "STOPPED")).stale()).isTrue();
        assertThat(seen(mirror("other", "STOPPED")).writableAtTarget()).isTrue();
        assertThat(seen(mirror("other", "ACTIVE")).stale()).isTrue();
        assertThat(seen(mirror("other", "STOPPED"), mirror(LINK, "ACTIVE")).stale()).isFalse();
        assertThat(seen().mirror()).isNull();
    }

    private static TopicState seen(Mirror... mirrors) {
        return Sighting.topic(
                "orders.out",
                LINK,
                topics("orders.out"),
                topics("orders.out"),
                LinkView.NONE,
                mirrors(mirrors));
    }

    private static Optional<String> keeps(boolean mirror, PartitionState... partitions) {
        MirrorState stale = new MirrorState(MirrorStatus.STOPPED, "STOPPED", null, List.of());
        return Sighting.keeps(
                new TopicState(true, true, mirror ? stale : null, null, 1, 1, List.of(partitions)),
                "oslo");
    }
}
