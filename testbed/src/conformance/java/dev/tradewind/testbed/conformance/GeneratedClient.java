package dev.tradewind.testbed.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tradewind.generated.ApiClient;
import dev.tradewind.generated.ApiException;
import dev.tradewind.generated.api.ClusterLinkingV3Api;
import dev.tradewind.generated.model.AlterConfigBatchRequestData;
import dev.tradewind.generated.model.AlterConfigBatchRequestDataData;
import dev.tradewind.generated.model.AlterMirrorStatusResponseDataList;
import dev.tradewind.generated.model.AlterMirrorsRequestData;
import dev.tradewind.generated.model.ConfigData;
import dev.tradewind.generated.model.CreateLinkRequestData;
import dev.tradewind.generated.model.CreateMirrorTopicRequestData;
import dev.tradewind.generated.model.ListLinksResponseData;
import dev.tradewind.generated.model.ListMirrorTopicsResponseData;
import dev.tradewind.generated.model.MirrorTopicStatus;
import dev.tradewind.generated.model.UpdateLinkConfigRequestData;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * All twenty operations by the client that openapi-generator makes of the published description.
 * What it reads must fit its classes, or it throws.
 */
public final class GeneratedClient implements EveryOperation {
    private static final String SYNC_MS = "consumer.offset.sync.ms";

    @Override
    public void call(Side here, Side there, String link, List<String> topics) throws Exception {
        ClusterLinkingV3Api east = api(here);
        ClusterLinkingV3Api west = api(there);
        String id = here.clusterId();
        east.createKafkaLink(id, link, false, true, bidirectional(there));
        west.createKafkaLink(there.clusterId(), link, null, null, bidirectional(here));
        links(east, id, link, there);
        configs(east, id, link);
        for (String topic : topics) {
            east.createKafkaMirrorTopic(
                    id, link, new CreateMirrorTopicRequestData().sourceTopicName(topic));
        }
        assertThatThrownBy(
                        () ->
                                east.createKafkaMirrorTopic(
                                        id,
                                        link,
                                        new CreateMirrorTopicRequestData()
                                                .sourceTopicName(topics.get(0))))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> {
                            assertThat(e.getCode()).isEqualTo(400);
                            assertThat(e.getResponseBody()).contains("40002", "already exists");
                        });
        assertThat(east.listKafkaMirrorTopicsUnderLink(id, link, null).getData()).hasSize(5);
        assertThat(east.listKafkaMirrorTopics(id, MirrorTopicStatus.ACTIVE).getData()).hasSize(5);
        for (String topic : topics) {
            until(() -> caughtUp(east.readKafkaMirrorTopic(id, link, topic, true)));
        }
        mirrors(east, west, here, there, link, topics);
        west.deleteKafkaLink(there.clusterId(), link, true, false);
        east.deleteKafkaLink(id, link, true, true);
        assertThat(east.listKafkaLinks(id).getData()).hasSize(1);
        east.deleteKafkaLink(id, link, true, null);
        assertThat(east.listKafkaLinks(id).getData()).isEmpty();
    }

    private static void links(ClusterLinkingV3Api east, String id, String link, Side there)
            throws ApiException {
        assertThat(east.listKafkaLinks(id).getData())
                .extracting(ListLinksResponseData::getLinkName)
                .containsExactly(link);
        ListLinksResponseData one = east.getKafkaLink(id, link, true);
        assertThat(one.getRemoteClusterId()).isEqualTo(there.clusterId());
        assertThat(one.getTasks()).isNotEmpty();
    }

    private static void configs(ClusterLinkingV3Api east, String id, String link)
            throws ApiException {
        assertThat(east.listKafkaLinkConfigs(id, link).getData()).hasSizeGreaterThan(20);
        east.updateKafkaLinkConfig(
                id, link, SYNC_MS, new UpdateLinkConfigRequestData().value("2000"));
        assertThat(east.getKafkaLinkConfigs(id, link, SYNC_MS).getValue()).isEqualTo("2000");
        east.deleteKafkaLinkConfig(id, link, SYNC_MS);
        assertThat(east.getKafkaLinkConfigs(id, link, SYNC_MS).getIsDefault()).isTrue();
        AlterConfigBatchRequestData change =
                new AlterConfigBatchRequestData()
                        .addDataItem(
                                new AlterConfigBatchRequestDataData()
                                        .name(SYNC_MS)
                                        .value("3000")
                                        .operation("SET"));
        east.updateKafkaLinkConfigBatch(id, link, true, change);
        assertThat(east.getKafkaLinkConfigs(id, link, SYNC_MS).getValue()).isEqualTo("30000");
        east.updateKafkaLinkConfigBatch(id, link, false, change);
        assertThat(east.getKafkaLinkConfigs(id, link, SYNC_MS).getValue()).isEqualTo("3000");
    }

    private static void mirrors(
            ClusterLinkingV3Api east,
            ClusterLinkingV3Api west,
            Side here,
            Side there,
            String link,
            List<String> topics)
            throws Exception {
        String id = here.clusterId();
        String promoted = topics.get(0);
        String failedOver = topics.get(1);
        String started = topics.get(2);
        String paused = topics.get(3);
        String resting = topics.get(4);

        accepted(east.updateKafkaMirrorTopicsPause(id, link, false, names(resting)));
        until(() -> status(east, id, link, resting) == MirrorTopicStatus.PAUSED);
        accepted(east.updateKafkaMirrorTopicsResume(id, link, null, names(resting)));
        until(() -> status(east, id, link, resting) == MirrorTopicStatus.ACTIVE);

        accepted(east.updateKafkaMirrorTopicsPromote(id, link, true, names(promoted)));
        assertThat(status(east, id, link, promoted)).isEqualTo(MirrorTopicStatus.ACTIVE);
        accepted(east.updateKafkaMirrorTopicsPromote(id, link, false, names(promoted)));
        until(() -> status(east, id, link, promoted) == MirrorTopicStatus.STOPPED);
        assertThat(
                        east.updateKafkaMirrorTopicsPromote(id, link, false, names(promoted))
                                .getData()
                                .get(0)
                                .getErrorCode())
                .isEqualTo(400);

        accepted(
                east.updateKafkaMirrorTopicsReverseAndStartMirror(id, link, false, names(started)));
        until(
                () ->
                        status(west, there.clusterId(), link, started)
                                == MirrorTopicStatus.ACTIVE);
        accepted(east.updateKafkaMirrorTopicsReverseAndPauseMirror(id, link, null, names(paused)));
        until(
                () ->
                        status(west, there.clusterId(), link, paused)
                                == MirrorTopicStatus.PAUSED);

        accepted(east.updateKafkaMirrorTopicsFailover(id, link, false, names(failedOver)));
        until(() -> status(east, id, link, failedOver) == MirrorTopicStatus.STOPPED);
        AlterMirrorStatusResponseDataList restored =
                west.updateKafkaMirrorTopicsTruncateAndRestoreMirror(
                        there.clusterId(), link, true, false, names(failedOver));
        accepted(restored);
        assertThat(restored.getData().get(0).getMessagesTruncated()).isZero();
        assertThat(restored.getData().get(0).getPartitionLevelTruncationData()).hasSize(2);
        until(
                () ->
                        status(west, there.clusterId(), link, failedOver)
                                == MirrorTopicStatus.ACTIVE);
    }

    private static ClusterLinkingV3Api api(Side side) {
        ApiClient client = new ApiClient();
        client.updateBaseUri(side.url());
        client.setReadTimeout(Duration.ofSeconds(10));
        return new ClusterLinkingV3Api(client);
    }

    private static CreateLinkRequestData bidirectional(Side other) {
        return new CreateLinkRequestData()
                .remoteClusterId(other.clusterId())
                .addConfigsItem(config("bootstrap.servers", other.bootstrapServers()))
                .addConfigsItem(config("link.mode", "BIDIRECTIONAL"));
    }

    private static ConfigData config(String name, String value) {
        return new ConfigData().name(name).value(value);
    }

    private static AlterMirrorsRequestData names(String topic) {
        return new AlterMirrorsRequestData().addMirrorTopicNamesItem(topic);
    }

    private static void accepted(AlterMirrorStatusResponseDataList answer) {
        assertThat(answer.getData()).hasSize(1);
        assertThat(answer.getData().get(0).getErrorCode())
                .as(answer.toString())
                .isNull();
    }

    private static MirrorTopicStatus status(
            ClusterLinkingV3Api at, String id, String link, String topic) throws ApiException {
        return at.readKafkaMirrorTopic(id, link, topic, null).getMirrorStatus();
    }

    private static boolean caughtUp(ListMirrorTopicsResponseData mirror) {
        return mirror.getMirrorLags().stream()
                .allMatch(l -> l.getLag() == 0 && l.getLastSourceFetchOffset() == 5);
    }

    private static void until(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(50)).until(condition);
    }
}
