package dev.tradewind.testbed.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void theyDifferAndNobodyIsGivenOneOfThemForAConnection() {
        assertThat(FreePorts.some(500)).hasSize(500).doesNotHaveDuplicates();
        assertThat(Arrays.stream(FreePorts.some(500)).boxed())
                .allSatisfy(port -> assertThat(port).isBetween(20_000, 32_000));
    }

    /** Of 500 drawn from 12,000 some eight would be among the 200. */
    @Test
    void noneIsOneWhereSomebodyListens() throws IOException {
        List<ServerSocket> listening = new ArrayList<>();
        try {
            for (int port : FreePorts.some(200)) {
                listening.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
            }
            int[] taken = listening.stream().mapToInt(ServerSocket::getLocalPort).toArray();
            assertThat(FreePorts.some(500)).doesNotContain(taken);
        } finally {
            for (ServerSocket socket : listening) {
                socket.close();
            }
        }
    }
}
