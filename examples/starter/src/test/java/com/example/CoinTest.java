package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.ppl4j.infer.Summary;

class CoinTest {

  @Test
  void posteriorIsExact() {
    Summary.Row fairness = Coin.fit().get("fairness");

    // Beta(10 + 6, 10 + 4)
    assertEquals(16.0 / 30, fairness.mean(), 0.02);
    assertEquals(0.0896, fairness.sd(), 0.02);
  }
}
