namespace RnnGen;

/// <summary>Keeps the best of many in order.</summary>
internal static class BestFirst
{
    /// <summary>
    /// Puts an item in its place among those that are kept, if there is one for it; the worst makes room if all are taken.
    /// </summary>
    /// <param name="places">The items that are kept, the best (which sort first) in front; more of them than <paramref name="count"/> are
    /// free.</param>
    /// <param name="count">The number of them that are kept.</param>
    /// <param name="item">Another one, which is equal to none of them.</param>
    /// <returns>The number of symbols that are kept now.</returns>
    public static int Insert<TItem>(Span<TItem> places, int count, in TItem item)
        where TItem : struct, IComparable<TItem>
    {
        if (count == places.Length && item.CompareTo(places[count - 1]) >= 0)
            return count;
        int place = ~places[..count].BinarySearch(item);
        int moved = Math.Min(count, places.Length - 1) - place;
        places.Slice(place, moved).CopyTo(places[(place + 1)..]);
        places[place] = item;
        return Math.Min(count + 1, places.Length);
    }
}
