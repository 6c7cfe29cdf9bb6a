// How near two words are, for "did you mean".
#include <gtest/gtest.h>

#include <limits>

#include "storage/sql_mistake.h"

namespace {

using storage::edit_distance;

TEST(EditDistance, CountsInsertsDeletesReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "url"), 3u);
  EXPECT_EQ(edit_distance("url", ""), 3u);
  EXPECT_EQ(edit_distance("pages", "pages"), 0u);
  EXPECT_EQ(edit_distance("PAGES", "pages"), 0u);
  EXPECT_EQ(edit_distance("page", "pages"), 1u);
  EXPECT_EQ(edit_distance("pagse", "pages"), 1u) << "two neighbours swapped";
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("sitting", "kitten"), 3u);
}

TEST(EditDistance, LongWordsAreNotLookedAt) {
  const std::string longest(storage::kMaxWord, 'x');
  EXPECT_EQ(edit_distance(longest, longest), 0u);
  EXPECT_EQ(edit_distance(longest + 'x', longest), std::numeric_limits<std::size_t>::max());
}

}  // namespace
