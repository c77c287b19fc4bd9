package dev.tradewind.job.plan.fleet;

import java.util.Arrays;

/** The rows that hold a slot of one site by a bid, the lowest bid first. */
final class SlotHeap {
    private final double[] slot;
    private double[] bids = new double[16];
    private int[] rows = new int[16];
    private int size;

    /**
     * @param slot what each row takes: of equal bids, the smaller one goes first
     */
    SlotHeap(double[] slot) {
        this.slot = slot;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        size = 0;
    }

    double lowest() {
        return bids[0];
    }

    void push(int row, double bid) {
        if (size == rows.length) {
            bids = Arrays.copyOf(bids, size * 2);
            rows = Arrays.copyOf(rows, size * 2);
        }
        int k = size++;
        while (k > 0) {
            int parent = (k - 1) >>> 1;
            if (!before(bid, row, bids[parent], rows[parent])) {
                break;
            }
            bids[k] = bids[parent];
            rows[k] = rows[parent];
            k = parent;
        }
        bids[k] = bid;
        rows[k] = row;
    }

    /** Takes the row of the lowest bid. */
    int pop() {
        int result = rows[0];
        size--;
        double bid = bids[size];
        int row = rows[size];
        int k = 0;
        for (int child = 1; child < size; child = 2 * k + 1) {
            if (child + 1 < size
                    && before(bids[child + 1], rows[child + 1], bids[child], rows[child])) {
                child++;
            }
            if (!before(bids[child], rows[child], bid, row)) {
                break;
            }
            bids[k] = bids[child];
            rows[k] = rows[child];
            k = child;
        }
        bids[k] = bid;
        rows[k] = row;
        return result;
    }

    private boolean before(double bid, int row, double otherBid, int other) {
        if (bid != otherBid) {
            return bid < otherBid;
        }
        return slot[row] != slot[other] ? slot[row] < slot[other] : row > other;
    }
}
