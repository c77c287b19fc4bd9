package dev.tradewind.sources.kafka;

import dev.tradewind.model.wire.DeadLetter;
import java.io.Serializable;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes one thing of one record. Of one thread; it is sent to the readers before it is used. */
public interface Decoder<T> extends Serializable {
    /**
     * @throws Unreadable with the reason, for a dead letter
     */
    T decode(ConsumerRecord<byte[], byte[]> record, Event event) throws Unreadable;

    /** What stands for a record that can't be read. */
    T rejected(DeadLetter reject);
}
