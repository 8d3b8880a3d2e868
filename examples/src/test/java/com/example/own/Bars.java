package com.example.own;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.Arrays;
import org.ppl4j.infer.report.Picture;

/**
 * A picture of one's own: a bar for each number, from the bottom up to its share of the largest.
 */
public final class Bars implements Picture {

  private final double[] numbers;

  public Bars(double... numbers) {
    this.numbers = numbers.clone();
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    double largest = Arrays.stream(numbers).max().orElse(1);
    graphics.setColor(Color.BLUE);
    for (int i = 0; i < numbers.length; i++) {
      int top = (int) Math.round(height * numbers[i] / largest);
      int left = width * i / numbers.length;
      graphics.fillRect(left, height - top, width * (i + 1) / numbers.length - left, top);
    }
  }
}
