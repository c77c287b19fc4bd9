package dev.tradewind.testbed.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What gets over a wire, and what those hear who wait at its end. */
@Timeout(60)
class WireTest {
    private static final InetAddress HOST = InetAddress.getLoopbackAddress();

    private ServerSocket server;
    private Wire wire;

    /** A server that says again what it is told. */
    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, HOST);
        wire = Wire.open("test");
        wire.leadTo(server.getLocalPort());
        Thread thread = new Thread(this::serve, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getInputStream().transferTo(client.getOutputStream());
            } catch (IOException e) {
                // the next one
            }
        }
    }

    @AfterEach
    void stop() throws IOException {
        wire.close();
        server.close();
    }

    /** Nobody is told in the silence; when it is over, what was sent in it is lost. */
    @Test
    void inTheSilenceNothingGetsThroughAndWhenItEndsTheConnectionsAreBroken() throws Exception {
        try (Socket before = new Socket(HOST, wire.port())) {
            assertThat(answer(before)).isEqualTo(7);

            wire.silence();

            assertThatThrownBy(() -> answerSoon(before)).isInstanceOf(SocketTimeoutException.class);
            try (Socket meanwhile = new Socket(HOST, wire.port())) {
                assertThatThrownBy(() -> answerSoon(meanwhile))
                        .isInstanceOf(SocketTimeoutException.class);
            }

            wire.mend();

            before.setSoTimeout(0);
            assertThat(read(before)).isEqualTo(-1);
        }
        try (Socket after = new Socket(HOST, wire.port())) {
            assertThat(answer(after)).isEqualTo(7);
        }
    }

    private static int answerSoon(Socket at) throws IOException {
        at.setSoTimeout(50);
        return answer(at);
    }

    /** To what it says. */
    private static int answer(Socket at) throws IOException {
        at.getOutputStream().write(7);
        return read(at);
    }

    /** -1: the connection is gone. */
    private static int read(Socket at) throws IOException {
        try {
            return at.getInputStream().read();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return -1;
        }
    }
}
