-- A bureau with as many matters as it will ever have, to search and page in: a million, of the years
-- 2011 to 2030, spread over its stations and squads. As the superuser, into a bureau that has its
-- units and officers:
--
--     psql -v bureau=450922 -v count=1000000 -f tests/bench/million.sql
--
-- Demands are invented, put together from places, things, courses and wishes, no two in a hundred
-- alike. How often some words occur, of a million: 反映 in two thirds; 拖拉机 in 25,600; 磷矿石 in 10,
-- and no other demand has its letters side by side. Grams are left to the server's timer
-- (matter.index), so that they are the product's own. Nothing here is random: twice it is the same.
\set ON_ERROR_STOP on
set search_path = xf;
set synchronous_commit = off;
set session_replication_role = replica; -- each row has what its keys point to: it is made here

create temp table word (kind text, i int, n int, word text);
insert into word
select kind, row_number() over (partition by kind order by at) - 1, count(*) over (partition by kind), word
from (values
    ('town', '乌石镇,大桥镇,横山镇,沙坡镇,良田镇,清湖镇,古城镇,滩面镇,珊罗镇,平乐镇,沙湖镇,马坡镇,米场镇,温泉镇,陆城'),
    ('village', '青,龙,石,竹,桐,松,柏,梅,莲,桂,榕,枫,橘,荔,蕉,茶,藤,苇,葛,蒲'),
    ('place', '山村,塘村,坡村,岭村,湾村,桥头,圩,井村,洞村,田村,冲村,垌村,湖畔小区,花园,新街,老街'),
    ('thing', '电动车,摩托车,现金,耕牛,烟酒,手机,金银首饰,化肥农药,建筑材料,电缆,水泵,木材,生猪,鱼塘,三轮车,变压器,'
     '宅基地,林地权属,水渠,田埂,围墙,通道,坟山,噪音,债务,工资,合同,彩礼,赡养,网购货款,刷单返利,虚假投资,冒充客服,中奖短信,'
     '户口登记,出生日期,身份证照片,居住证,驾驶证,暂扣车辆,事故责任,交通信号灯,伤害鉴定,赔偿款,笔录,回执,立案通知,执法态度'),
    ('course', '被盗至今未破案,报警后未收到进展告知,多次报警无人到场,被人故意毁坏,被邻居强占,引发双方多次争吵,经村委调解不成,'
     '处理久拖不决,办理时被要求多次补材料,登记有误一直未更正,被扣押后未出具凭证,与实际情况不符,被对方殴打致伤,对方拒不赔偿,'
     '被骗后资金未追回,有人上门威胁,夜间施工影响休息,存在安全隐患'),
    ('ask', '要求尽快侦破并追回损失,要求公安机关加大侦办力度,要求书面答复,要求复核,要求重新认定责任,请求派民警到场调解,'
     '希望告知案件进展,要求更正登记,要求返还财物,要求依法追究对方责任,建议加强夜间巡逻,请求尽快出具鉴定意见')
) w(kind, words), unnest(string_to_array(words, ',')) with ordinality x(word, at);
create index on word (kind, i);
create temp table station as select row_number() over (order by unit_id) - 1 as i, count(*) over () as n, unit_id from unit where bureau_id = :bureau and kind in (3, 4);

-- A number in 0 .. n-1 from a seed and a salt, alike everywhere.
create function pg_temp.dice(seed int8, salt int, n int) returns int language sql immutable
    as $$ select ((hashint8extended(seed, salt) >> 1) & 1073741823)::int % n $$;
create function pg_temp.pick(k text, seed int8, salt int) returns text language plpgsql stable as $$
declare words text[];
begin
    words := current_setting('million.' || k)::text[];
    return words[1 + pg_temp.dice(seed, salt, cardinality(words))];
end $$;
select set_config('million.' || kind, array_agg(word order by i)::text, false) from word group by kind \g /dev/null

create temp table made as
select i, 2011 + (i * 20 / :count)::int as year, i - ((i * 20 / :count) * :count + 19) / 20 + 1 as number,
       date '2011-01-01' + (i * 7300 / :count)::int as day_on,
       case when pg_temp.dice(i, 1, 3) < 2 then '反映' else '' end
       || pg_temp.pick('town', i, 2) || pg_temp.pick('village', i, 3) || pg_temp.pick('place', i, 4)
       || case pg_temp.dice(i, 5, 3) when 0 then '' when 1 then (1 + pg_temp.dice(i, 6, 40))::text || '队' else (1 + pg_temp.dice(i, 6, 400))::text || '号' end
       || case when i % 39 = 5 then '拖拉机' when i % (:count / 10) = 77 then '磷矿石' else pg_temp.pick('thing', i, 7) end
       || pg_temp.pick('course', i, 8) || '，' || pg_temp.pick('ask', i, 9) as demand,
       (select unit_id from station s where s.i = pg_temp.dice(g.i, 10, s.n::int)) as unit_id
from generate_series(0::int8, :count - 1) g(i);

insert into petition (bureau_id, petition_id, number, people, received_on, registered_on, registered_by, compartment, seat, from_book)
select :bureau, (10000 + year) * 1000000::int8 + number, '陆公信字〔' || year || '〕' || number || '号', 1, day_on, day_on, 1, false, 0, true from made;
insert into petitioner (bureau_id, petition_id, seq, name, representative, compartment)
select :bureau, (10000 + year) * 1000000::int8 + number, 1, '信访人' || i, true, false from made;
insert into receipt (bureau_id, petition_id, seq, channel, source, received_on, compartment)
select :bureau, (10000 + year) * 1000000::int8 + number, 1, 1, 1, day_on, false from made;
insert into matter (bureau_id, matter_id, petition_id, version, state, purpose, demand, demand_key, unit_id, received_on)
select :bureau, ((10000 + year) * 1000000::int8 + number) * 100 + 1, (10000 + year) * 1000000::int8 + number, 1, 1, 1, demand, i, unit_id, day_on from made;
insert into event (bureau_id, matter_id, version, kind, officer, state, unit_id, at, compartment)
select :bureau, ((10000 + year) * 1000000::int8 + number) * 100 + 1, 1, 5, 1, 1, unit_id, day_on::timestamptz, false from made;
insert into series (bureau_id, series, year, last, pattern)
select :bureau, 1, year, max(number), '陆公信字〔{year}〕{number}号' from made group by year
on conflict (bureau_id, series, year) do update set last = greatest(series.last, excluded.last);
insert into matter_gram_fill (bureau_id) values (:bureau) on conflict (bureau_id) do update set after = 0, done = false;
analyze petition;
analyze petitioner;
analyze receipt;
analyze matter;
analyze event;
