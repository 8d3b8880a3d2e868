package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.awt.Graphics2D;
import java.util.List;

/** Several pictures on one sheet, row by row, all of one size. */
public final class Sheet implements Picture {

  private final int columns;
  private final ImmutableList<Picture> pictures;

  private Sheet(int columns, ImmutableList<Picture> pictures) {
    this.columns = columns;
    this.pictures = pictures;
  }

  /**
   * Of these pictures.
   *
   * @param columns how many stand in a row; the last row may be shorter
   * @throws IllegalArgumentException if there is no column or no picture
   */
  public static Sheet of(int columns, List<? extends Picture> pictures) {
    checkArgument(columns >= 1, "sheet has %s columns, but needs at least 1", columns);
    checkArgument(!pictures.isEmpty(), "sheet has no pictures; pass at least one");
    return new Sheet(columns, ImmutableList.copyOf(pictures));
  }

  private int rows() {
    return (pictures.size() + columns - 1) / columns;
  }

  @Override
  public int width() {
    return columns * pictures.stream().mapToInt(Picture::width).max().orElseThrow();
  }

  @Override
  public int height() {
    return rows() * pictures.stream().mapToInt(Picture::height).max().orElseThrow();
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    for (int i = 0; i < pictures.size(); i++) {
      int row = i / columns;
      int column = i % columns;
      int left = width * column / columns;
      int top = height * row / rows();
      int right = width * (column + 1) / columns;
      int bottom = height * (row + 1) / rows();
      Graphics2D part = (Graphics2D) graphics.create(left, top, right - left, bottom - top);
      try {
        pictures.get(i).paint(part, right - left, bottom - top);
      } finally {
        part.dispose();
      }
    }
  }
}
