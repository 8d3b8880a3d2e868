package org.ppl4j.tensor.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;

/** Runs leave the number of threads that an operation may use as the process had it. */
class IntraOpThreadsTest {

  private static final int OF_PROCESS = 3;
  private static final int OVERLAPPING = 8;

  private int before;

  @BeforeEach
  void set() {
    assertThat(PyTorch.get().living()).isNotNegative(); // loads the engine
    before = JniUtils.getNumThreads();
    JniUtils.setNumThreads(OF_PROCESS);
  }

  @AfterEach
  void restore() {
    JniUtils.setNumThreads(before);
  }

  private static RunConfig threads(int count) {
    return RunConfig.defaults().withThreads(count);
  }

  @Test
  void nestedRunsHaveTheirOwn() {
    try (Run outer = Run.open(threads(1), 0)) {
      assertThat(JniUtils.getNumThreads()).isEqualTo(1);
      try (Run inner = Run.open(threads(2), 0)) {
        assertThat(JniUtils.getNumThreads()).isEqualTo(2);
      }
      assertThat(JniUtils.getNumThreads()).isEqualTo(1);
    }
    assertThat(JniUtils.getNumThreads()).isEqualTo(OF_PROCESS);
  }

  @Test
  void overlappingRunsRestoreIt() throws Exception {
    CyclicBarrier allOpen = new CyclicBarrier(OVERLAPPING);
    ExecutorService pool = Executors.newFixedThreadPool(OVERLAPPING);
    try {
      List<Future<Integer>> within = new ArrayList<>();
      List<Future<Integer>> afterwards = new ArrayList<>();
      for (int i = 0; i < OVERLAPPING; i++) {
        within.add(
            pool.submit(
                () -> {
                  try (Run run = Run.open(threads(1), 0)) {
                    int unused = allOpen.await();
                    return JniUtils.getNumThreads();
                  }
                }));
      }
      for (Future<Integer> count : within) {
        assertThat(count.get()).isEqualTo(1);
      }
      for (int i = 0; i < OVERLAPPING; i++) {
        afterwards.add(
            pool.submit(
                () -> {
                  int unused = allOpen.await(); // so that each thread answers once
                  return JniUtils.getNumThreads();
                }));
      }
      for (Future<Integer> count : afterwards) {
        assertThat(count.get()).isEqualTo(OF_PROCESS);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(JniUtils.getNumThreads()).isEqualTo(OF_PROCESS);
    FutureTask<Integer> ofFreshThread = new FutureTask<>(JniUtils::getNumThreads);
    new Thread(ofFreshThread).start();
    assertThat(ofFreshThread.get()).isEqualTo(OF_PROCESS);
  }
}
