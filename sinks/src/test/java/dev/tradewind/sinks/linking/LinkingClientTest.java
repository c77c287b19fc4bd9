package dev.tradewind.sinks.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tradewind.sinks.linking.LinkingException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against answers as real services were seen to give them. */
class LinkingClientTest {
    private record Answer(int status, String type, String body) {}

    private record Request(String method, String path, String auth, String body) {}

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<Request> requests = new ArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private LinkingClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = client(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
    }

    private LinkingClient client(Duration timeout) {
        return new LinkingClient(
                URI.create("http://localhost:" + server.getAddress().getPort() + "/kafka/v3"),
                "c-1",
                () -> Optional.of("u:hush"),
                timeout);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(
                new Request(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI().toString(),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        new String(
                                exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Answer answer = answers.pop();
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        if (answer.status == 0) {
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", answer.type);
        if (answer.type.equals("never ends")) {
            exchange.sendResponseHeaders(answer.status, 0);
            exchange.getResponseBody().write(body);
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else {
            exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private void will(int status, String json) {
        answers.add(new Answer(status, "application/json", json));
    }

    private LinkingException failure(Runnable call) {
        LinkingException e = catchThrowableOfType(LinkingException.class, call::run);
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).doesNotContain("hush");
        return e;
    }

    private Kind kindOf(int status, String json) {
        will(status, json);
        return failure(() -> client.createMirror("fra-osl", "orders.out")).kind();
    }

    @Test
    void a_wrong_cluster_id_is_not_taken_for_a_link_that_is_not_there() {
        String unknown = "{\"error_code\":404,\"message\":\"Cluster c-1 cannot be found.\"}";
        will(404, unknown);
        LinkingException e = failure(() -> client.link("fra-osl"));
        assertThat(e.kind()).isEqualTo(Kind.REFUSED);
        assertThat(e.getMessage())
                .contains("Cluster c-1 cannot be found. Is clusterId in the connection right");
        will(404, "{\"error_code\":404,\"message\":\"Cluster link 'fra-osl' not found\"}");
        assertThat(client.link("fra-osl")).isEmpty();
    }

    @Test
    void a_mirror_just_made_has_no_lag_and_has_fetched_nothing() {
        will(
                200,
                """
                {"kind":"KafkaMirrorData","metadata":{"self":"x"},"link_name":"fra-osl","mirror_topic_name":"orders.out",
                 "source_topic_name":"orders.out","num_partitions":2,"mirror_status":"ACTIVE","state_time_ms":1612550939300,
                 "mirror_lags":[{"partition":0,"lag":0,"last_source_fetch_offset":-1},{"partition":1,"lag":0,"last_source_fetch_offset":7}],
                 "mirror_topic_error":"NO_ERROR",
                 "mirror_state_transition_errors":[{"error_code":"CONSUMER_GROUP_IN_USE_ERROR","error_message":"orders"}]}
                """);

        Mirror mirror = client.mirror("fra-osl", "orders.out").orElseThrow();

        assertThat(mirror.status()).isEqualTo(Mirror.ACTIVE);
        assertThat(mirror.isFetching()).isFalse();
        assertThat(mirror.lags().get(1)).isEqualTo(new Mirror.Lag(1, 0, 7));
        assertThat(mirror.transitionErrors()).containsExactly("CONSUMER_GROUP_IN_USE_ERROR orders");
        assertThat(requests.get(0).path)
                .isEqualTo(
                        "/kafka/v3/clusters/c-1/links/fra-osl/mirrors/orders.out?include_state_transition_errors=true");
        assertThat(requests.get(0).auth)
                .isEqualTo(
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString("u:hush".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void older_services_write_lower_case_and_newer_ones_words_not_known_yet() {
        will(
                200,
                "{\"data\":[{\"mirror_topic_name\":\"a\",\"mirror_status\":\"pending_stopped\"},{\"mirror_topic_name\":\"b\",\"mirror_status\":\"HIBERNATING\",\"mirror_lags\":null}]}");

        assertThat(client.mirrors("fra-osl"))
                .extracting(Mirror::status)
                .containsExactly(Mirror.PENDING_STOPPED, "HIBERNATING");
    }

    @Test
    void a_link_is_judged_by_its_error_and_tells_its_tasks() {
        will(
                200,
                """
                {"link_name":"fra-osl","remote_cluster_id":"c-2","source_cluster_id":null,"link_state":"ACTIVE",
                 "link_error":"NO_ERROR","link_error_message":null,
                 "tasks":[{"task_name":"ConsumerOffsetSync","state":"IN_ERROR","errors":[{"error_code":"REMOTE_LINK_NOT_FOUND_ERROR","error_message":"no link"}]}]}
                """);

        Link link = client.link("fra-osl").orElseThrow();

        assertThat(link.isHealthy()).isTrue();
        assertThat(link.remoteClusterId()).isEqualTo("c-2");
        assertThat(link.tasks())
                .containsExactly(
                        new Link.Task(
                                "ConsumerOffsetSync",
                                "IN_ERROR",
                                List.of("REMOTE_LINK_NOT_FOUND_ERROR no link")));
    }

    @Test
    void what_is_missing_is_empty_and_not_an_error() {
        will(
                404,
                "{\"error_code\":404,\"message\":\"The cluster link doesn't exist: Cluster link 'lk' does not exist.\"}");
        assertThat(client.link("lk")).isEmpty();
        will(404, "{\"error_code\":40403,\"message\":\"This server does not host this topic.\"}");
        assertThat(client.mirror("lk", "t")).isEmpty();
    }

    @Test
    void an_answer_that_is_no_list_is_not_taken_for_an_empty_one() {
        for (String none : List.of("{}", "{\"data\":null}", "[]", "")) {
            will(200, none);
            assertThat(failure(() -> client.mirrors()).kind()).as(none).isEqualTo(Kind.RETRY);
            will(200, none);
            assertThat(failure(() -> client.configs("lk")).kind()).as(none).isEqualTo(Kind.RETRY);
        }
        will(200, "{\"data\":[]}");
        assertThat(client.mirrors()).isEmpty();
    }

    /** So says a balancer or an ingress that has nobody behind it. */
    @Test
    void a_404_of_another_server_does_not_say_that_there_is_no_such_link() {
        for (String body : List.of("<html>404 Not Found</html>", "default backend - 404", "")) {
            answers.add(new Answer(404, "text/html", body));
            assertThat(failure(() -> client.link("lk")).kind()).as(body).isEqualTo(Kind.RETRY);
        }
    }

    @Test
    void a_link_that_not_every_broker_knows_yet_is_tried_again() {
        assertThat(
                        kindOf(
                                404,
                                "{\"error_code\":404,\"message\":\"Unable to resolve cluster link information for fra-osl\"}"))
                .isEqualTo(Kind.RETRY);
        assertThat(
                        kindOf(
                                400,
                                "{\"error_code\":40002,\"message\":\"The destination cluster does not have a link named fra-osl\"}"))
                .isEqualTo(Kind.RETRY);
    }

    @Test
    void what_exists_is_told_apart_from_what_will_never_do() {
        assertThat(
                        kindOf(
                                400,
                                "{\"error_code\":40002,\"message\":\"Topic 'orders.out' already exists.\"}"))
                .isEqualTo(Kind.EXISTS);
        assertThat(
                        kindOf(
                                400,
                                "{\"error_code\":40035,\"message\":\"Topic renaming for mirroring not yet supported.\"}"))
                .isEqualTo(Kind.REFUSED);
        assertThat(kindOf(400, "{\"error_code\":40002,\"message\":\"prefix already exists\"}"))
                .isEqualTo(Kind.REFUSED);
        assertThat(kindOf(404, "{\"error_code\":404,\"message\":\"no such link\"}"))
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void denied() {
        assertThat(kindOf(401, "{\"error_code\":40101,\"message\":\"Authentication failed\"}"))
                .isEqualTo(Kind.DENIED);
        assertThat(kindOf(403, "{\"error_code\":40301,\"message\":\"not authorized\"}"))
                .isEqualTo(Kind.DENIED);
    }

    @Test
    void throttling_answers_in_html_and_is_tried_again() {
        answers.add(
                new Answer(
                        429,
                        "text/html",
                        "<html><body><h2>HTTP ERROR 429 Too Many Requests</h2></body></html>"));
        LinkingException e = failure(() -> client.mirrors("fra-osl"));
        assertThat(e.kind()).isEqualTo(Kind.RETRY);
        assertThat(e).hasMessageContaining("answered 429: HTTP ERROR 429 Too Many Requests");
    }

    @Test
    void the_services_own_trouble_is_tried_again() {
        assertThat(kindOf(500, "{\"error_code\":50003,\"message\":\"retriable\"}"))
                .isEqualTo(Kind.RETRY);
        assertThat(kindOf(503, "")).isEqualTo(Kind.RETRY);
        answers.add(new Answer(200, "text/html", "<html>a proxy's greeting</html>"));
        assertThat(failure(() -> client.mirrors("l")).kind()).isEqualTo(Kind.RETRY);
    }

    @Test
    void a_connection_that_breaks_leaves_the_outcome_open() {
        answers.add(new Answer(0, "", ""));
        assertThat(failure(() -> client.promote("l", List.of("t"))).kind()).isEqualTo(Kind.RETRY);
        assertThat(requests).hasSize(1);
    }

    @Test
    void nobody_there() {
        server.stop(0);
        assertThat(failure(() -> client.mirrors("l")).kind()).isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void an_answer_that_never_ends_is_given_up() {
        answers.add(new Answer(200, "never ends", "{\"data\":["));
        LinkingException e = failure(() -> client(Duration.ofMillis(300)).mirrors("l"));
        assertThat(e.kind()).isEqualTo(Kind.RETRY);
        assertThat(e).hasMessageContaining("did not answer within PT0.3S");
    }

    @Test
    void a_failed_topic_hides_inside_a_200() {
        will(
                200,
                """
                {"kind":"KafkaPromoteMirror","data":[{"mirror_topic_name":"a","error_code":null,"error_message":null,"mirror_lags":[]},
                 {"mirror_topic_name":"b","error_code":400,"error_message":"Topic 'b' has already stopped its mirror from 'l'"},
                 {"mirror_topic_name":"c","error_code":400,"error_message":"mirror is FAILED"}]}
                """);

        List<TopicResult> results = client.promote("l", List.of("a", "b", "c"));

        assertThat(results).extracting(TopicResult::isAccepted).containsExactly(true, false, false);
        assertThat(results)
                .extracting(TopicResult::isAlreadyStopped)
                .containsExactly(false, true, false);
        assertThat(requests.get(0).path)
                .isEqualTo("/kafka/v3/clusters/c-1/links/l/mirrors:promote");
        assertThat(requests.get(0).body).isEqualTo("{\"mirror_topic_names\":[\"a\",\"b\",\"c\"]}");
    }

    @Test
    void a_200_that_is_silent_about_a_topic_is_no_success() {
        will(200, "{\"data\":[]}");
        assertThat(failure(() -> client.failover("l", List.of("t"))).kind()).isEqualTo(Kind.RETRY);
    }

    @Test
    void reverse_falls_back_to_its_older_name() {
        will(405, "{\"error_code\":405,\"message\":\"HTTP 405 Method Not Allowed\"}");
        will(200, "{\"data\":[{\"mirror_topic_name\":\"t\"}]}");

        assertThat(client.reverse("l", List.of("t")).get(0).isAccepted()).isTrue();
        assertThat(requests)
                .extracting(r -> r.path.substring(r.path.indexOf(':') + 1))
                .containsExactly(
                        "reverse-and-start-mirror", "promote-local-and-start-remote-mirror");

        will(404, "{\"error_code\":404,\"message\":\"no such link\"}");
        will(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");
        assertThat(failure(() -> client.reverse("l", List.of("t"))))
                .hasMessageContaining("no such link");
    }

    @Test
    void configs_are_read_and_put_one_by_one() {
        will(
                200,
                "{\"name\":\"consumer.offset.group.filters\",\"value\":\"{\\\"groupFilters\\\":[]}\",\"is_default\":false}");
        assertThat(client.config("l", GroupFilters.CONFIG)).contains("{\"groupFilters\":[]}");
        will(200, "{\"name\":\"consumer.offset.group.filters\",\"value\":null}");
        assertThat(client.config("l", GroupFilters.CONFIG)).isEmpty();
        will(204, "");
        client.setConfig("l", GroupFilters.CONFIG, "x");
        assertThat(requests.get(2))
                .isEqualTo(
                        new Request(
                                "PUT",
                                "/kafka/v3/clusters/c-1/links/l/configs/consumer.offset.group.filters",
                                requests.get(0).auth,
                                "{\"value\":\"x\"}"));
    }

    @Test
    void a_mirror_is_made_under_its_sources_name() {
        will(204, "");
        client.createMirror("l", "orders out");
        assertThat(requests.get(0).path).isEqualTo("/kafka/v3/clusters/c-1/links/l/mirrors");
        assertThat(requests.get(0).body)
                .isEqualTo(
                        "{\"source_topic_name\":\"orders out\",\"mirror_topic_name\":\"orders out\"}");
    }
}
