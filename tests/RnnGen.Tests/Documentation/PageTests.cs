using System.Globalization;
using RnnGen.Tests.Models;
using RnnGen.Tests.Shared;

namespace RnnGen.Tests;

/// <summary>
/// Pages that are one program from top to bottom: the blocks of C# compile together and run in their order, and print what the
/// blocks of text say.
/// </summary>
public class PageTests
{
    [Theory]
    [InlineData("training")]
    [InlineData("serving")]
    [InlineData("inside")]
    public void ThePagePrintsWhatItSays(string name)
    {
        Page page = Page.Read(Path.Combine(AppContext.BaseDirectory, "docs", $"{name}.md"));
        Block[] blocks = [.. page.Blocks.Where(block => block.Language == "csharp")];
        Assert.True(blocks.Length >= 5);
        string declarations = string.Concat(blocks.Where(block => block.IsDeclaration).Select(block => block.Code));
        var program = ModelFactory.Load($$"""
            using System;
            using System.Collections.Generic;
            using System.IO;
            using System.Linq;
            using System.Threading;
            using System.Threading.Tasks;
            using RnnGen;
            {{declarations}}
            public static class Page
            {
                // Stands for the console, which all tests of this process share.
                private static class Console
                {
                    public static readonly StringWriter Out = new() { NewLine = "\n" };

                    public static void WriteLine(string line) => Out.WriteLine(line);
                }

                public static string Run()
                {
                    {{string.Concat(blocks.Where(block => !block.IsDeclaration).Select(block => block.Code))}}
                    return Console.Out.ToString();
                }
            }
            """);
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            string printed = (string)program.GetType("Page")!.GetMethod("Run")!.Invoke(null, null)!;
            Assert.True(printed == string.Concat(page.In("text")), $"The program prints\n{printed}");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            foreach (string file in Directory.GetFiles(".", $"{name}-page.*"))
                File.Delete(file);
        }
    }
}
